//! The rank of this process among several, from a flag or from a scheduler's environment variables.
//!
//! | scheduler | rank | count |
//! |---|---|---|
//! | Slurm, job array | `SLURM_ARRAY_TASK_ID`, from `SLURM_ARRAY_TASK_MIN` in steps of `SLURM_ARRAY_TASK_STEP` | `SLURM_ARRAY_TASK_COUNT` |
//! | Slurm, `srun` | `SLURM_PROCID` | `SLURM_STEP_NUM_TASKS` |
//! | Open MPI | `OMPI_COMM_WORLD_RANK` | `OMPI_COMM_WORLD_SIZE` |
//! | Kubernetes, indexed job | `JOB_COMPLETION_INDEX` | [`COUNT`] |
//! | GNU parallel | `PARALLEL_SEQ`, from 1 | [`COUNT`] |
//!
//! - Kubernetes and GNU parallel do not report the count: set `FANIN_SHARDS` to the job's `completions` or to the
//!   number of jobs. If set, it takes precedence over Slurm and MPI. Without it, `PARALLEL_SEQ` is ignored, because GNU
//!   parallel also runs unrelated jobs, and a Kubernetes index is an error.
//! - Slurm also sets `SLURM_PROCID` and `SLURM_NTASKS` for the batch script, which runs once. So `SLURM_NTASKS` is
//!   ignored: only processes started by `srun` have `SLURM_STEP_NUM_TASKS`.
//! - In an array whose tasks start several processes by `srun` or MPI, the count is the product.
//! - Under `mpirun` inside a Slurm job, the MPI rank is used, not the Slurm rank of the daemon that `mpirun` starts.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The environment variable with the number of processes, for schedulers that do not set one.
pub const COUNT: &str = "FANIN_SHARDS";

/// The rank of a process: `index` of `count`, from 0. It writes the files whose number, from 0, is `index` modulo
/// `count`.
///
/// ```
/// use fanin_checkpoint::fill::Rank;
///
/// let share: Rank = "1/4".parse()?;
/// assert_eq!((0..9).filter(|file| share.has(*file)).collect::<Vec<_>>(), [1, 5]);
/// # Ok::<(), fanin_checkpoint::fill::RankError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    index: usize,
    count: usize,
}

/// An invalid or incomplete rank.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RankError {
    /// An invalid text.
    #[error("invalid shard '{given}'; use i/n with i from 0 to n - 1: 0/4 to 3/4 for four processes, 0/1 for one")]
    Format {
        /// The text as given.
        given: String,
    },
    /// A variable without its companion.
    #[error("{variable} is set but {missing} is not; set it, or use --shard (0/1 writes everything)")]
    Incomplete {
        /// The variable.
        variable: &'static str,
        /// The missing variable.
        missing: &'static str,
    },
    /// Inconsistent variables.
    #[error("{reason}; use --shard (0/1 writes everything)")]
    Environment {
        /// The fault.
        reason: String,
    },
}

/// A rank found in the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The rank.
    pub share: Rank,
    /// The variables it was read from.
    pub source: String,
}

impl Rank {
    /// All files.
    pub const ALL: Self = Self { index: 0, count: 1 };

    /// Process `index` of `count`; `None` unless `index < count`.
    #[must_use]
    pub const fn new(index: usize, count: usize) -> Option<Self> {
        if index < count { Some(Self { index, count }) } else { None }
    }

    /// The index, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// The number of processes.
    #[must_use]
    pub const fn count(self) -> usize {
        self.count
    }

    /// Whether this process writes a file, by its number from 0.
    #[must_use]
    pub const fn has(self, file: usize) -> bool {
        // The count is not 0.
        file % self.count == self.index
    }

    /// Detects the rank from environment variables, read through `variable`; `None` without a scheduler or with a
    /// single process.
    ///
    /// # Errors
    /// [`RankError`] if variables are missing or inconsistent.
    pub fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Detected>, RankError> {
        let environment = Environment { variable };
        let found = match environment.number(COUNT)? {
            Some(count) => Some(environment.counted(count)?),
            None if environment.number("JOB_COMPLETION_INDEX")?.is_some() => {
                return Err(RankError::Incomplete { variable: "JOB_COMPLETION_INDEX", missing: COUNT });
            }
            None => environment.scheduled()?,
        };
        Ok(found.filter(|detected| detected.share.count > 1))
    }
}

struct Environment<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    fn number(&self, name: &'static str) -> Result<Option<usize>, RankError> {
        let Some(text) = (self.variable)(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        let refuse = || RankError::Environment { reason: format!("{name} is '{text}', which is not a whole number") };
        text.trim().parse().map(Some).map_err(|_| refuse())
    }

    fn needed(&self, name: &'static str, beside: &'static str) -> Result<usize, RankError> {
        self.number(name)?.ok_or(RankError::Incomplete { variable: beside, missing: name })
    }

    /// The rank from Kubernetes or GNU parallel, with the count from [`COUNT`].
    fn counted(&self, count: usize) -> Result<Detected, RankError> {
        if let Some(index) = self.number("JOB_COMPLETION_INDEX")? {
            return detected(index, count, format!("JOB_COMPLETION_INDEX and {COUNT}"));
        }
        match self.number("PARALLEL_SEQ")? {
            Some(0) => {
                Err(RankError::Environment { reason: "PARALLEL_SEQ is 0, but it must be at least 1".to_owned() })
            }
            Some(number) => detected(number - 1, count, format!("PARALLEL_SEQ and {COUNT}")),
            None => Err(RankError::Incomplete { variable: COUNT, missing: "JOB_COMPLETION_INDEX or PARALLEL_SEQ" }),
        }
    }

    /// Slurm and MPI.
    fn scheduled(&self) -> Result<Option<Detected>, RankError> {
        let array = self.array()?;
        let step = match self.number("OMPI_COMM_WORLD_RANK")? {
            Some(rank) => {
                let count = self.needed("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK")?;
                Some(detected(rank, count, "OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE".to_owned())?)
            }
            None => match self.number("SLURM_STEP_NUM_TASKS")? {
                Some(count) => {
                    let rank = self.needed("SLURM_PROCID", "SLURM_STEP_NUM_TASKS")?;
                    Some(detected(rank, count, "SLURM_PROCID and SLURM_STEP_NUM_TASKS".to_owned())?)
                }
                None => None,
            },
        };
        Ok(match (array, step.filter(|step| step.share.count > 1)) {
            (Some(array), Some(step)) => {
                let too_many = || RankError::Environment { reason: "too many processes".to_owned() };
                let count = array.share.count.checked_mul(step.share.count).ok_or_else(too_many)?;
                let index = array.share.index * step.share.count + step.share.index;
                Some(detected(index, count, format!("{}, with {}", array.source, step.source))?)
            }
            (array, step) => array.or(step),
        })
    }

    fn array(&self) -> Result<Option<Detected>, RankError> {
        const ID: &str = "SLURM_ARRAY_TASK_ID";
        let Some(id) = self.number(ID)? else { return Ok(None) };
        let (count, first) = (self.needed("SLURM_ARRAY_TASK_COUNT", ID)?, self.needed("SLURM_ARRAY_TASK_MIN", ID)?);
        let step = self.number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
        let last = self.number("SLURM_ARRAY_TASK_MAX")?;
        let regular = last.is_none_or(|last| last >= first && (last - first) / step + 1 == count);
        let index = id.checked_sub(first).filter(|distance| regular && distance % step == 0).map(|far| far / step);
        let index = index.filter(|index| *index < count).ok_or_else(|| RankError::Environment {
            reason: format!(
                "the {count} task ids of this Slurm array are not evenly spaced from {first}, so task {id} has no rank"
            ),
        })?;
        detected(index, count, "SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT".to_owned()).map(Some)
    }
}

fn detected(index: usize, count: usize, source: String) -> Result<Detected, RankError> {
    match Rank::new(index, count) {
        Some(share) => Ok(Detected { share, source }),
        None => Err(RankError::Environment {
            reason: format!(
                "{source} specify process {index} of {count}; indices start at 0 and must be below {count}"
            ),
        }),
    }
}

impl FromStr for Rank {
    type Err = RankError;

    fn from_str(given: &str) -> Result<Self, RankError> {
        let parts = given.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        let share = parts.and_then(|(index, count)| Self::new(index, count));
        share.ok_or_else(|| RankError::Format { given: given.to_owned() })
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let read =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        match Rank::detect(&read) {
            Ok(found) => Ok(found.map(|found| found.share.to_string())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The expected rank.
    macro_rules! share {
        ($text:expr) => {
            Ok(Some($text.to_owned()))
        };
    }

    #[test]
    fn shares_are_counted_from_0() {
        assert_eq!("3/4".parse(), Ok(Rank { index: 3, count: 4 }));
        for text in ["4/4", "0/0", "1", "", "-1/2", "1/2/3", "a/b", "0 / 2"] {
            assert!(text.parse::<Rank>().unwrap_err().to_string().contains("from 0 to n - 1"), "{text}");
        }
        for count in 1..6 {
            for file in 0..20 {
                let owners = (0..count).filter_map(|index| Rank::new(index, count)).filter(|share| share.has(file));
                assert_eq!(owners.count(), 1);
            }
        }
    }

    #[test]
    fn nothing_and_one_process_are_all_files() {
        assert_eq!(detect(&[]), Ok(None));
        // The script of `sbatch --ntasks=4`, which runs once.
        let batch = [("SLURM_JOB_ID", "7"), ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4"), ("SLURM_NPROCS", "4")];
        assert_eq!(detect(&batch), Ok(None));
        assert_eq!(detect(&[("SLURM_PROCID", "0"), ("SLURM_STEP_NUM_TASKS", "1"), ("SLURM_NTASKS", "1")]), Ok(None));
        // Unrelated jobs of GNU parallel.
        assert_eq!(detect(&[("PARALLEL_SEQ", "3"), ("PARALLEL_JOBSLOT", "1")]), Ok(None));
    }

    #[test]
    fn schedulers_are_understood() {
        let array = |id, first, last, step, count| {
            detect(&[
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", first),
                ("SLURM_ARRAY_TASK_MAX", last),
                ("SLURM_ARRAY_TASK_STEP", step),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_PROCID", "0"),
                ("SLURM_NTASKS", "1"),
            ])
        };
        assert_eq!(array("0", "0", "3", "1", "4"), share!("0/4"));
        assert_eq!(array("4", "1", "4", "1", "4"), share!("3/4"));
        assert_eq!(array("15", "5", "15", "5", "3"), share!("2/3"));
        // --array=1,3,7 and --array=1,5,9: the task ids do not increase in steps of 1.
        assert!(array("7", "1", "7", "1", "3").unwrap_err().contains("has no rank"));
        assert!(array("5", "1", "9", "1", "3").unwrap_err().contains("has no rank"));
        assert_eq!(detect(&[("SLURM_PROCID", "2"), ("SLURM_STEP_NUM_TASKS", "4")]), share!("2/4"));
        let mpi = [("OMPI_COMM_WORLD_RANK", "5"), ("OMPI_COMM_WORLD_SIZE", "8")];
        assert_eq!(detect(&mpi), share!("5/8"));
        // mpirun in a Slurm job of two nodes: the daemon's rank is in the environment too.
        assert_eq!(detect(&[mpi[0], mpi[1], ("SLURM_PROCID", "1"), ("SLURM_STEP_NUM_TASKS", "2")]), share!("5/8"));
        assert_eq!(detect(&[("JOB_COMPLETION_INDEX", "2"), (COUNT, "3")]), share!("2/3"));
        assert_eq!(detect(&[("PARALLEL_SEQ", "3"), (COUNT, "3")]), share!("2/3"));
    }

    #[test]
    fn an_array_of_steps_has_as_many_as_both() {
        let all: Vec<_> = (0..3)
            .flat_map(|task| (0..2).map(move |rank| (task, rank)))
            .map(|(task, rank)| {
                let (task, rank) = (task.to_string(), rank.to_string());
                detect(&[
                    ("SLURM_ARRAY_TASK_ID", &task),
                    ("SLURM_ARRAY_TASK_MIN", "0"),
                    ("SLURM_ARRAY_TASK_COUNT", "3"),
                    ("SLURM_PROCID", &rank),
                    ("SLURM_STEP_NUM_TASKS", "2"),
                ])
            })
            .collect();
        assert_eq!(all, ["0/6", "1/6", "2/6", "3/6", "4/6", "5/6"].map(|text| share!(text)));
    }

    #[test]
    fn half_of_it_is_an_error() {
        for (variables, part) in [
            (&[("JOB_COMPLETION_INDEX", "0")][..], "FANIN_SHARDS is not"),
            (&[(COUNT, "4")], "JOB_COMPLETION_INDEX or PARALLEL_SEQ is not"),
            (&[(COUNT, "4"), ("PARALLEL_SEQ", "5")], "process 4 of 4; indices start at 0"),
            (&[(COUNT, "4"), ("PARALLEL_SEQ", "0")], "must be at least 1"),
            (&[(COUNT, "four"), ("PARALLEL_SEQ", "1")], "'four', which is not a whole number"),
            (&[("OMPI_COMM_WORLD_RANK", "0")], "OMPI_COMM_WORLD_SIZE is not"),
            (&[("OMPI_COMM_WORLD_RANK", "2"), ("OMPI_COMM_WORLD_SIZE", "2")], "process 2"),
            (&[("SLURM_STEP_NUM_TASKS", "2")], "SLURM_PROCID is not"),
            (&[("SLURM_ARRAY_TASK_ID", "1")], "SLURM_ARRAY_TASK_COUNT is not"),
        ] {
            let error = detect(variables).unwrap_err();
            assert!(error.contains(part) && error.contains("--shard"), "{error}");
        }
    }
}
