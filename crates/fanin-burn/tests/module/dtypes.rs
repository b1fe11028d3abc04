//! Every element type that initializers can fill, and a clear error for others.

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{DType, Device, Tensor};
use fanin_core::initializers::{Normal, Zeros};
use fanin_core::{Element, InitializerExt, Plan};
use half::{bf16, f16};

use super::models::SEED;

#[derive(Module, Debug)]
struct Matrix {
    w: Param<Tensor<2>>,
}

fn matrix(dtype: DType) -> Matrix {
    Matrix { w: Param::from_tensor(Tensor::zeros([30, 20], (&Device::flex(), dtype))) }
}

fn is_filled<T: Element + burn_core::tensor::Element + PartialEq>(dtype: DType) {
    let normal = || Normal::new(0.5, 2.0).unwrap();
    let (matrix, report) = fanin_burn::init(matrix(dtype), Plan::new().rule("*", normal()), SEED).unwrap();
    assert_eq!((matrix.w.val().dtype(), report.get("w").unwrap().dtype()), (dtype, dtype));
    let alone: Vec<T> = normal().sample(report.get("w").unwrap().param(), SEED).unwrap();
    assert!(matrix.w.val().to_data().try_to_vec::<T>().unwrap() == alone, "{dtype:?}");
    assert!(report.to_json().contains(&format!("\"dtype\":\"{dtype:?}\"")), "{}", report.to_json());
}

#[test]
fn every_type_is_filled() {
    is_filled::<f32>(DType::F32);
    is_filled::<f64>(DType::F64);
    is_filled::<f16>(DType::F16);
    is_filled::<bf16>(DType::BF16);
}

#[test]
fn values_that_the_element_type_cannot_hold_are_refused() {
    let plan = || Plan::new().rule("*", Normal::new(0.0, 1e6).unwrap());
    let error = fanin_burn::init(matrix(DType::F16), plan(), SEED).unwrap_err().to_string();
    assert!(error.contains("'w'") && error.contains("65504"), "{error}");
    assert!(fanin_burn::init(matrix(DType::BF16), plan(), SEED).is_ok());
}

#[test]
fn quantized_parameters_are_refused_or_kept() {
    use burn_core::module::Quantizer;
    use burn_core::tensor::quantization::{Calibration, QuantScheme};
    use fanin_burn::Blueprint;
    let quantized = || {
        let mut quantizer = Quantizer::new(Calibration::MinMax, QuantScheme::default());
        matrix(DType::F32).quantize_weights(&mut quantizer)
    };
    let error = fanin_burn::init(quantized(), Plan::new().rule("*", Zeros), SEED).unwrap_err().to_string();
    assert!(error.contains("'w'") && error.contains("Blueprint::keep"), "{error}");
    assert!(fanin_burn::init(quantized(), Blueprint::from(Plan::new()).keep("*"), SEED).is_ok());
}
