use super::super::{Heap, Host, Name, Value};
use super::run;

/// Knows no callable; an id stands for itself.
struct Plain;

impl Host for Plain {
    fn call(&mut self, _: &Heap<'_>, _: Name<'_>, _: &[Value]) -> Option<Value> {
        None
    }

    fn persistent(&mut self, _: &Heap<'_>, id: Value) -> Result<Value, String> {
        Ok(id)
    }
}
