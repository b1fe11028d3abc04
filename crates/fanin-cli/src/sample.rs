//! `fanin sample`: writes the values of one parameter, or a window of them, to a file.

use std::io::{self, IsTerminal};

use fanin_core::values::Dtype;
use fanin_core::{Element, Initializer, InitializerExt, Layout, ParamSpec, Seed, text};
use half::{bf16, f16};

use crate::arguments::SampleArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::tensor_file::{Tensor, TensorFile, Written};
use crate::{input, plain, prose};

pub(crate) fn run(arguments: &SampleArguments, console: Console) -> Result<(), Failure> {
    let initializer = text::parse(&arguments.init).map_err(Failure::usage)?;
    let param = param(arguments)?;
    let file = TensorFile::new(&arguments.out, arguments.format, arguments.dtype)?;
    if input::is_standard(&arguments.out) && io::stdout().is_terminal() {
        return Err(Failure::usage("--out -: standard output is a terminal; redirect it, or use a file"));
    }
    match arguments.dtype {
        Dtype::F32 => write::<f32>(arguments, &initializer, &param, &file, console),
        Dtype::F64 => write::<f64>(arguments, &initializer, &param, &file, console),
        Dtype::F16 => write::<f16>(arguments, &initializer, &param, &file, console),
        Dtype::BF16 => write::<bf16>(arguments, &initializer, &param, &file, console),
    }
}

/// Builds the parameter. Its layout must have one letter per axis.
fn param(arguments: &SampleArguments) -> Result<ParamSpec, Failure> {
    let param = ParamSpec::new(&arguments.name, arguments.shape.clone()).map_err(Failure::usage)?;
    let Some(letters) = &arguments.layout else { return Ok(param) };
    let layout: Layout = letters.parse().map_err(Failure::usage)?;
    let (axes, rank) = (letters.len(), param.shape().len());
    // Vectors have no fan in any layout, which is reported by the initializer.
    if letters.chars().all(|letter| "oihwdk".contains(letter)) && axes != rank && rank > 1 {
        return Err(Failure::usage(format!(
            "the layout {letters} has {axes} axes, but the shape {:?} has {rank}; use a layout with {rank}",
            param.shape()
        )));
    }
    Ok(param.with_layout(layout).with_groups(arguments.groups))
}

fn write<T: Element + bytemuck::Pod>(
    arguments: &SampleArguments,
    initializer: &dyn Initializer,
    param: &ParamSpec,
    file: &TensorFile,
    console: Console,
) -> Result<(), Failure> {
    let seed = Seed(arguments.seed);
    let start = arguments.start.unwrap_or(0);
    let windowed = arguments.start.is_some() || arguments.count.is_some();
    let rest = (param.len() as u64).saturating_sub(start);
    let count = usize::try_from(arguments.count.unwrap_or(rest)).map_err(Failure::usage)?;
    let values: Vec<T> = initializer.sample_window(param, seed, start, count).map_err(Failure::usage)?;
    let shape = if windowed { &[count][..] } else { param.shape() };
    let origin = serde_json::json!({
        "init": initializer.text(),
        "name": param.name(),
        "seed": seed.0,
        "shape": param.shape(),
        "start": start,
        "values": fanin_core::values::VERSION,
    });
    let origin = origin.to_string();
    let tensor = Tensor::new(param.name(), shape, &values, &origin);
    let written = file.write(&tensor, arguments.force)?;
    let what = format!("'{}' {:?} {}", plain::name(param.name()), tensor.shape(), tensor.dtype());
    let out = arguments.out.display();
    match written {
        // Standard output already contains the values.
        Written::Now if input::is_standard(&arguments.out) => Ok(()),
        Written::Now => console.report(&prose::fitted(&format!("wrote {what} to {out}"), console.width())),
        Written::Before => {
            let kept = format!("kept {out}, which already contains the same bytes ({what})");
            console.report(&prose::fitted(&kept, console.width()))
        }
    }
}
