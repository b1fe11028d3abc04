//! What a reader is told of each activation.

use super::Activation;

/// The page of an activation. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its density.
///
/// ```
/// use fanin_core::Activation;
///
/// let page = Activation::HardSwish.page();
/// assert_eq!((page.name, page.kinks), ("hard_swish", &[-3.0, 3.0][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActivationPage {
    /// The name in the text form.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    /// `f(z)`.
    pub formula: &'static str,
    /// `f'(z)`.
    pub derivative: &'static str,
    /// Where `f` or one of its derivatives jumps.
    pub kinks: &'static [f64],
    /// What the derivative is there; empty where there is no kink.
    pub at_kinks: &'static str,
    /// The values that `f` takes.
    pub range: &'static str,
    /// What it is used for, and what to beware of.
    pub purpose: &'static str,
    /// The paper, with its equation or section where it has one.
    pub source: &'static str,
}

impl Activation {
    /// What a reader is told of it.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a page each")]
    pub const fn page(self) -> &'static ActivationPage {
        match self {
            Self::Identity => &ActivationPage {
                name: "identity",
                aliases: &["linear"],
                formula: "z",
                derivative: "1",
                kinks: &[],
                at_kinks: "",
                range: "all numbers",
                purpose: "output layers, and linear networks to compare with",
                source: "the linear unit of Rosenblatt's and Widrow's time; no paper of its own",
            },
            Self::Sigmoid => &ActivationPage {
                name: "sigmoid",
                aliases: &["logistic"],
                formula: "1 / (1 + exp(-z))",
                derivative: "f (1 - f)",
                kinks: &[],
                at_kinks: "",
                range: "(0, 1)",
                purpose: "gates and outputs that are probabilities; in deep hidden layers it saturates, and its mean is not 0",
                source: "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, eq. 2",
            },
            Self::Tanh => &ActivationPage {
                name: "tanh",
                aliases: &[],
                formula: "tanh z",
                derivative: "1 - f^2",
                kinks: &[],
                at_kinks: "",
                range: "(-1, 1)",
                purpose: "shallow and recurrent networks; odd, of slope 1 at 0, saturates on both sides",
                source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4",
            },
            Self::LecunTanh => &ActivationPage {
                name: "lecun_tanh",
                aliases: &[],
                formula: "1.7159 tanh(2 z / 3)",
                derivative: "1.7159 * 2/3 (1 - tanh(2 z / 3)^2)",
                kinks: &[],
                at_kinks: "",
                range: "(-1.7159, 1.7159)",
                purpose: "as tanh; f(1) = 1 and f(-1) = -1, where the curvature is greatest",
                source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4",
            },
            Self::HardTanh => &ActivationPage {
                name: "hard_tanh",
                aliases: &["hardtanh"],
                formula: "-1 for z <= -1, z between, 1 for z >= 1",
                derivative: "1 for -1 < z < 1, else 0",
                kinks: &[-1.0, 1.0],
                at_kinks: "f'(-1) = f'(1) = 0",
                range: "[-1, 1]",
                purpose: "a tanh for integer arithmetic; outside [-1, 1] no gradient passes",
                source: "Collobert et al. 2011, Natural language processing (almost) from scratch, section 3",
            },
            Self::Relu => &ActivationPage {
                name: "relu",
                aliases: &[],
                formula: "max(z, 0); derivative 0 at 0",
                derivative: "1 for z > 0, else 0",
                kinks: &[0.0],
                at_kinks: "f'(0) = 0",
                range: "[0, inf)",
                purpose: "the usual choice of convolutional networks; a neuron that no sample reaches is dead",
                source: "Nair & Hinton 2010; Glorot, Bordes & Bengio 2011, Deep sparse rectifier neural networks",
            },
            Self::Relu6 => &ActivationPage {
                name: "relu6",
                aliases: &[],
                formula: "0 for z <= 0, z between, 6 for z >= 6",
                derivative: "1 for 0 < z < 6, else 0",
                kinks: &[0.0, 6.0],
                at_kinks: "f'(0) = f'(6) = 0",
                range: "[0, 6]",
                purpose: "networks for 8-bit arithmetic",
                source: "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
            },
            Self::LeakyRelu { .. } => &ActivationPage {
                name: "leaky_relu",
                aliases: &[],
                formula: "z for z > 0, else slope * z",
                derivative: "1 for z > 0, else slope",
                kinks: &[0.0],
                at_kinks: "f'(0) = slope",
                range: "all numbers for a slope above 0",
                purpose: "where ReLU leaves neurons dead",
                source: "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models",
            },
            Self::Prelu { .. } => &ActivationPage {
                name: "prelu",
                aliases: &[],
                formula: "z for z > 0, else slope * z; the slope is learnt, and starts here",
                derivative: "1 for z > 0, else slope",
                kinks: &[0.0],
                at_kinks: "f'(0) = slope",
                range: "all numbers for a slope above 0",
                purpose: "as leaky ReLU; fanin's networks keep the slope",
                source: "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, eq. 1",
            },
            Self::ReluSquared => &ActivationPage {
                name: "relu_squared",
                aliases: &["relu2"],
                formula: "max(z, 0)^2",
                derivative: "2 max(z, 0)",
                kinks: &[0.0],
                at_kinks: "f'(0) = 0; f'' jumps",
                range: "[0, inf)",
                purpose: "feed-forward blocks of transformers; its fourth power of z makes the variance wander",
                source: "So et al. 2021, Primer: searching for efficient transformers, section 4",
            },
            Self::Elu { .. } => &ActivationPage {
                name: "elu",
                aliases: &[],
                formula: "z for z > 0, else alpha * (exp z - 1)",
                derivative: "1 for z > 0, else alpha exp z",
                kinks: &[0.0],
                at_kinks: "f'(0) = alpha",
                range: "(-alpha, inf)",
                purpose: "mean nearer to 0 than ReLU's",
                source: "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by exponential linear units",
            },
            Self::Celu { .. } => &ActivationPage {
                name: "celu",
                aliases: &[],
                formula: "z for z > 0, else alpha * (exp(z / alpha) - 1)",
                derivative: "1 for z > 0, else exp(z / alpha)",
                kinks: &[0.0],
                at_kinks: "f'(0) = 1; f'' jumps",
                range: "(-alpha, inf)",
                purpose: "as ELU, with a continuous derivative for every alpha",
                source: "Barron 2017, Continuously differentiable exponential linear units",
            },
            Self::Selu => &ActivationPage {
                name: "selu",
                aliases: &[],
                formula: "1.0507 z for z > 0, else 1.0507 * 1.67326 (exp z - 1)",
                derivative: "1.0507 for z > 0, else 1.0507 * 1.67326 exp z",
                kinks: &[0.0],
                at_kinks: "f'(0) = 1.0507 * 1.67326, the left slope",
                range: "(-1.75810, inf)",
                purpose: "deep dense networks under lecun_normal: mean 0 and variance 1 are a fixed point",
                source: "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks, eq. 2",
            },
            Self::Gelu => &ActivationPage {
                name: "gelu",
                aliases: &[],
                formula: "z * Phi(z), by the error function",
                derivative: "Phi(z) + z phi(z)",
                kinks: &[],
                at_kinks: "",
                range: "[-0.16997, inf)",
                purpose: "transformers",
                source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2",
            },
            Self::GeluTanh => &ActivationPage {
                name: "gelu_tanh",
                aliases: &["gelu_new"],
                formula: "z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2",
                derivative: "(1 + t) / 2 + z (1 - t^2) u' / 2, t = tanh u",
                kinks: &[],
                at_kinks: "",
                range: "[-0.17004, inf)",
                purpose: "transformers whose weights were trained with it, such as GPT-2",
                source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2",
            },
            Self::QuickGelu => &ActivationPage {
                name: "quick_gelu",
                aliases: &[],
                formula: "z / (1 + exp(-1.702 z))",
                derivative: "S + 1.702 z S (1 - S), S = S(1.702 z)",
                kinks: &[],
                at_kinks: "",
                range: "[-0.16361, inf)",
                purpose: "transformers whose weights were trained with it, such as CLIP",
                source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2",
            },
            Self::Silu => &ActivationPage {
                name: "silu",
                aliases: &["swish"],
                formula: "z / (1 + exp(-z))",
                derivative: "S (1 + z (1 - S)), S = S(z)",
                kinks: &[],
                at_kinks: "",
                range: "[-0.27846, inf)",
                purpose: "convolutional networks, gated blocks of transformers",
                source: "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units; Hendrycks & Gimpel 2016; Ramachandran, Zoph & Le 2017",
            },
            Self::Mish => &ActivationPage {
                name: "mish",
                aliases: &[],
                formula: "z tanh(ln(1 + exp z))",
                derivative: "t + z (1 - t^2) S(z), t = tanh(ln(1 + exp z))",
                kinks: &[],
                at_kinks: "",
                range: "[-0.30884, inf)",
                purpose: "as SiLU",
                source: "Misra 2019, Mish: a self regularized non-monotonic activation function",
            },
            Self::Softplus => &ActivationPage {
                name: "softplus",
                aliases: &[],
                formula: "ln(1 + exp z)",
                derivative: "S(z)",
                kinks: &[],
                at_kinks: "",
                range: "(0, inf)",
                purpose: "outputs that must be above 0; as a hidden layer its mean is not 0",
                source: "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional knowledge",
            },
            Self::Softsign => &ActivationPage {
                name: "softsign",
                aliases: &[],
                formula: "z / (1 + |z|)",
                derivative: "1 / (1 + |z|)^2",
                kinks: &[0.0],
                at_kinks: "f'(0) = 1; f'' jumps",
                range: "(-1, 1)",
                purpose: "as tanh, with slower tails",
                source: "Bergstra, Desjardins, Lamblin & Bengio 2009, Quadratic polynomials learn better image features",
            },
            Self::HardSigmoid => &ActivationPage {
                name: "hard_sigmoid",
                aliases: &["hardsigmoid"],
                formula: "0 for z <= -3, (z + 3) / 6 between, 1 for z >= 3",
                derivative: "1/6 for -3 < z < 3, else 0",
                kinks: &[-3.0, 3.0],
                at_kinks: "f'(-3) = f'(3) = 0",
                range: "[0, 1]",
                purpose: "gates of networks for small devices",
                source: "Howard et al. 2019, Searching for MobileNetV3, section 5.2",
            },
            Self::HardSwish => &ActivationPage {
                name: "hard_swish",
                aliases: &["hardswish"],
                formula: "0 for z <= -3, z (z + 3) / 6 between, z for z >= 3",
                derivative: "0 for z <= -3, (2 z + 3) / 6 between, 1 for z >= 3",
                kinks: &[-3.0, 3.0],
                at_kinks: "f'(-3) = 0, f'(3) = 1",
                range: "[-0.375, inf)",
                purpose: "networks for small devices",
                source: "Howard et al. 2019, Searching for MobileNetV3, section 5.2",
            },
            Self::LogSigmoid => &ActivationPage {
                name: "log_sigmoid",
                aliases: &["logsigmoid"],
                formula: "-ln(1 + exp(-z))",
                derivative: "1 / (1 + exp z)",
                kinks: &[],
                at_kinks: "",
                range: "(-inf, 0)",
                purpose: "losses; as a hidden layer its mean is not 0",
                source: "the log-likelihood of a logistic unit; PyTorch's LogSigmoid",
            },
            Self::Arctan => &ActivationPage {
                name: "arctan",
                aliases: &["atan"],
                formula: "arctan z",
                derivative: "1 / (1 + z^2)",
                kinks: &[],
                at_kinks: "",
                range: "(-pi/2, pi/2)",
                purpose: "as tanh, with slower tails",
                source: "Kamruzzaman & Aziz 2002, A note on activation function in multilayer feedforward learning",
            },
            Self::Erf => &ActivationPage {
                name: "erf",
                aliases: &[],
                formula: "erf z",
                derivative: "2 / sqrt(pi) exp(-z^2)",
                kinks: &[],
                at_kinks: "",
                range: "(-1, 1)",
                purpose: "theory: kernels of wide networks are in closed form",
                source: "Williams 1998, Computation with infinite neural networks, section 3.1",
            },
            Self::Sin => &ActivationPage {
                name: "sin",
                aliases: &["sine"],
                formula: "sin z",
                derivative: "cos z",
                kinks: &[],
                at_kinks: "",
                range: "[-1, 1]",
                purpose: "implicit representations of images and fields, under the SIREN initializer",
                source: "Sitzmann, Martel, Bergman, Lindell & Wetzstein 2020, Implicit neural representations with periodic activation functions",
            },
            Self::Cos => &ActivationPage {
                name: "cos",
                aliases: &["cosine"],
                formula: "cos z",
                derivative: "-sin z",
                kinks: &[],
                at_kinks: "",
                range: "[-1, 1]",
                purpose: "random Fourier features; its slope at 0 is 0",
                source: "Rahimi & Recht 2007, Random features for large-scale kernel machines",
            },
            Self::TanhShrink => &ActivationPage {
                name: "tanh_shrink",
                aliases: &["tanhshrink"],
                formula: "z - tanh z",
                derivative: "tanh(z)^2",
                kinks: &[],
                at_kinks: "",
                range: "all numbers",
                purpose: "sparse coding; its slope at 0 is 0",
                source: "PyTorch's Tanhshrink, from Torch7; no paper of its own",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside a kink some derivative jumps: the third differences of `f`, over `h^3`, do not fit those farther away.
    #[test]
    fn kinks_are_where_the_function_is_not_smooth() {
        const H: f64 = 1e-3;
        for activation in Activation::ALL {
            let third = |z: f64| {
                // Off the center: the third differences of |z| about 0 are 0.
                let f = |steps: f64| activation.value(z + (steps + 0.3) * H);
                (f(1.5) - 3.0 * f(0.5) + 3.0 * f(-0.5) - f(-1.5)) / (H * H * H)
            };
            for tenths in -80..=80 {
                let z = f64::from(tenths) / 10.0;
                let rough = (third(z) - third(z - 4.0 * H)).abs() > 1.0 && (third(z) - third(z + 4.0 * H)).abs() > 1.0;
                assert_eq!(rough, activation.page().kinks.contains(&z), "{activation} at {z}");
            }
        }
    }

    #[test]
    fn what_is_said_of_a_kink_is_said_where_there_is_one() {
        for page in Activation::ALL.map(Activation::page) {
            assert_eq!(page.kinks.is_empty(), page.at_kinks.is_empty(), "{}", page.name);
        }
    }
}
