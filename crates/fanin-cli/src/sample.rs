//! `fanin sample`: a tensor, or a window of it, into a file.

use fanin_core::values::Dtype;
use fanin_core::{Element, Initializer, InitializerExt, Layout, ParamSpec, Seed, text};
use half::{bf16, f16};

use crate::arguments::SampleArguments;
use crate::failure::Failure;
use crate::tensor_file::TensorFile;

pub(crate) fn run(arguments: &SampleArguments) -> Result<(), Failure> {
    let initializer = text::parse(&arguments.init).map_err(Failure::usage)?;
    let param = param(arguments)?;
    let file = TensorFile::new(&arguments.out, arguments.dtype)?;
    match arguments.dtype {
        Dtype::F32 => write::<f32>(arguments, &initializer, &param, &file),
        Dtype::F64 => write::<f64>(arguments, &initializer, &param, &file),
        Dtype::F16 => write::<f16>(arguments, &initializer, &param, &file),
        Dtype::BF16 => write::<bf16>(arguments, &initializer, &param, &file),
    }
}

/// The parameter, whose layout's letters must fit the number of axes.
fn param(arguments: &SampleArguments) -> Result<ParamSpec, Failure> {
    let param = ParamSpec::new(&arguments.name, arguments.shape.clone()).map_err(Failure::usage)?;
    let Some(letters) = &arguments.layout else { return Ok(param) };
    let layout: Layout = letters.parse().map_err(Failure::usage)?;
    let (axes, rank) = (letters.len(), param.shape().len());
    // A vector has no fan in any layout, and says so itself.
    if letters.chars().all(|letter| "oihwdk".contains(letter)) && axes != rank && rank > 1 {
        return Err(Failure::usage(format!(
            "the layout {letters} has {axes} axes, the shape {:?} has {rank}; give a layout of {rank}",
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
    file.write(param.name(), shape, &values, &origin.to_string())
}
