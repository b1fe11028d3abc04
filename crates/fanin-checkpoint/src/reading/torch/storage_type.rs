//! Element types of storage classes.

use fanin_core::values::Dtype;

use super::super::pickle::Name;
use super::super::{ElementType, Float8};

/// The element type of a storage class such as `torch.FloatStorage`.
pub(super) fn of_storage(Name { module, name }: Name<'_>) -> Result<ElementType, String> {
    let unknown = || format!("has a storage of unknown type {module}.{name}");
    if module.split('.').next() != Some("torch") {
        return Err(unknown());
    }
    element(match name {
        "FloatStorage" => "float32",
        "DoubleStorage" => "float64",
        "HalfStorage" => "float16",
        "BFloat16Storage" => "bfloat16",
        "ByteStorage" | "UntypedStorage" => "uint8",
        "CharStorage" => "int8",
        "ShortStorage" => "int16",
        "IntStorage" => "int32",
        "LongStorage" => "int64",
        "BoolStorage" => "bool",
        "ComplexFloatStorage" => "complex64",
        "ComplexDoubleStorage" => "complex128",
        "QInt8Storage" => "qint8",
        "QUInt8Storage" | "QUInt4x2Storage" | "QUInt2x4Storage" => "quint8",
        "QInt32Storage" => "qint32",
        other => other,
    })
    .ok_or_else(unknown)
}

/// The element type of a `dtype`, by its name in `torch`.
pub(super) fn element(dtype: &str) -> Option<ElementType> {
    let other = |name, bits| Some(ElementType::Other { name, bits });
    match dtype {
        "float32" | "float" => Some(ElementType::Float(Dtype::F32)),
        "float64" | "double" => Some(ElementType::Float(Dtype::F64)),
        "float16" | "half" => Some(ElementType::Float(Dtype::F16)),
        "bfloat16" => Some(ElementType::Float(Dtype::BF16)),
        "uint8" => other("u8", 8),
        "int8" => other("i8", 8),
        "uint16" => other("u16", 16),
        "int16" | "short" => other("i16", 16),
        "uint32" => other("u32", 32),
        "int32" | "int" => other("i32", 32),
        "uint64" => other("u64", 64),
        "int64" | "long" => other("i64", 64),
        "bool" => other("bool", 8),
        "complex32" => other("c32", 32),
        "complex64" => other("c64", 64),
        "complex128" => other("c128", 128),
        "float8_e4m3fn" => Some(ElementType::Float8(Float8::E4M3)),
        "float8_e5m2" => Some(ElementType::Float8(Float8::E5M2)),
        "float8_e4m3fnuz" => Some(ElementType::Float8(Float8::E4M3Fnuz)),
        "float8_e5m2fnuz" => Some(ElementType::Float8(Float8::E5M2Fnuz)),
        "float8_e8m0fnu" => Some(ElementType::Float8(Float8::E8M0)),
        // Two values in a byte.
        "float4_e2m1fn_x2" => other("f4_x2", 8),
        "qint8" => other("qint8", 8),
        "quint8" => other("quint8", 8),
        "qint32" => other("qint32", 32),
        _ => None,
    }
}

/// The size of a number in an element; a complex element contains two.
pub(super) fn number(element: ElementType) -> usize {
    let bytes = element.bytes(1).unwrap_or(1);
    if let ElementType::Other { name: "c32" | "c64" | "c128", .. } = element { bytes / 2 } else { bytes }
}
