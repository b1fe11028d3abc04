use candle_core::{Device, Result, Tensor, Var, CustomOp1, CpuStorage, Layout, Shape, DType};
use candle_nn::{Linear, Module, SGD, Optimizer, loss};
use fanin_benches::paired::ratio;
struct R;
impl CustomOp1 for R {
    fn name(&self) -> &'static str { "r" }
    fn cpu_fwd(&self, s: &CpuStorage, l: &Layout) -> Result<(CpuStorage, Shape)> {
        let v = s.as_slice::<f32>()?; let (a,b)=l.contiguous_offsets().unwrap();
        Ok((CpuStorage::F32(v[a..b].iter().map(|z| if *z>0.0 {*z} else {0.0}).collect()), l.shape().clone()))
    }
    fn bwd(&self, arg: &Tensor, _r: &Tensor, g: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((g * arg.gt(&arg.zeros_like()?)?.to_dtype(arg.dtype())?)?))
    }
}
type F = fn(&Tensor)->Result<Tensor>;
fn a(z:&Tensor)->Result<Tensor>{ z.relu() }
fn b(z:&Tensor)->Result<Tensor>{ z.gt(0.0)?.where_cond(z, &z.zeros_like()?) }
fn c(z:&Tensor)->Result<Tensor>{ z * z.gt(&z.zeros_like()?)?.to_dtype(DType::F32)?.detach() }
fn h(z:&Tensor)->Result<Tensor>{ z + z.neg()?.relu()? }
fn e(z:&Tensor)->Result<Tensor>{ z.apply_op1(R) }
fn step(f: F, w: usize) -> Box<dyn FnMut()->std::result::Result<(), Box<dyn std::error::Error>>> {
    let d=&Device::Cpu;
    let vars: Vec<Var> = [(w,2),(w,w),(1,w)].iter().flat_map(|&(o,i)| [Var::randn(0f32, (1.0/(i as f32)).sqrt(), (o,i), d).unwrap(), Var::zeros(o, DType::F32, d).unwrap()]).collect();
    let ls: Vec<Linear> = vars.chunks(2).map(|p| Linear::new(p[0].as_tensor().clone(), Some(p[1].as_tensor().clone()))).collect();
    let x=Tensor::randn(0f32,1.0,(256,2),d).unwrap();
    let y=Tensor::from_vec((0..256).map(|i| (i%2) as f32).collect::<Vec<_>>(), (256,1), d).unwrap();
    let mut sgd=SGD::new(vars,0.001).unwrap();
    Box::new(move || {
        let mut t=x.clone();
        for l in &ls[..2] { t=f(&l.forward(&t)?)?; }
        let l=loss::binary_cross_entropy_with_logit(&ls[2].forward(&t)?, &y)?;
        sgd.backward_step(&l)?; l.to_scalar::<f32>()?; Ok(())
    })
}
fn main(){
    fanin_benches::one_thread::one_thread().unwrap();
    for w in [2,64] { for (n,f) in [("where_cond",b as F),("mask",c),("z+relu(-z)",h),("custom",e),("tanh",Tensor::tanh as F)] {
        println!("{w} {n} {:?}", ratio(step(f,w), step(a,w)).unwrap());
    }}
}
