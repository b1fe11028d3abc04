//! The activations, one declaration each. The helpers of longer formulas are in `smooth` and `piecewise`.

use super::declare::activations;
use super::page::ActivationPage;
use super::piecewise::{self, positive_or, slope_of};
use super::real::Real;
use super::smooth::{self, normal_cdf, normal_density, sigmoid, softplus};
use crate::initializer::ArgumentError;

activations! {
    Identity {
        name: "identity", "linear";
        value(z): "z" = z;
        slope(z): "1" = R::from_f64(1.0);
        range: "all numbers";
        purpose: "output layers, and linear networks for comparison";
        source: "the linear unit of Rosenblatt and Widrow; no paper of its own";
        second_moment: 1.0;
        pytorch: 1.0;
    }

    Sigmoid {
        name: "sigmoid", "logistic";
        value(z): "1 / (1 + exp(-z))" = sigmoid(z);
        slope(z, f): "f (1 - f)" = f * (R::from_f64(1.0) - f);
        range: "(0, 1)";
        purpose: "gates and outputs that are probabilities; in deep hidden layers it saturates, and its mean is not 0";
        source: "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, eq. 2";
        pytorch: 1.0;
    }

    Tanh {
        name: "tanh";
        value(z): "tanh z" = z.tanh();
        slope(z, f): "1 - f^2" = R::from_f64(1.0) - f * f;
        range: "(-1, 1)";
        purpose: "shallow and recurrent networks; odd, with slope 1 at 0; saturates on both sides";
        source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4";
        pytorch: 5.0 / 3.0;
    }

    LecunTanh {
        name: "lecun_tanh";
        value(z): "1.7159 tanh(2 z / 3)" = smooth::lecun_tanh(z);
        slope(z, f): "1.7159 * 2/3 (1 - tanh(2 z / 3)^2)" = smooth::lecun_tanh_slope(f);
        range: "(-1.7159, 1.7159)";
        purpose: "like tanh, but f(1) = 1 and f(-1) = -1, where the curvature is largest";
        source: "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4";
    }

    HardTanh {
        name: "hard_tanh", "hardtanh";
        value(z): "-1 for z <= -1, z between, 1 for z >= 1" = piecewise::hard_tanh(z);
        slope(z): "1 for -1 < z < 1, else 0" = piecewise::hard_tanh_slope(z);
        kinks: [-1.0, 1.0] "f'(-1) = f'(1) = 0";
        range: "[-1, 1]";
        purpose: "a tanh for integer arithmetic; no gradient passes outside [-1, 1]";
        source: "Collobert et al. 2011, Natural language processing (almost) from scratch, section 3";
    }

    Relu {
        name: "relu";
        value(z): "max(z, 0); derivative 0 at 0" = positive_or(z, R::from_f64(0.0));
        slope(z): "1 for z > 0, else 0" = slope_of(z, R::from_f64(0.0), R::from_f64(1.0));
        kinks: [0.0] "f'(0) = 0";
        range: "[0, inf)";
        purpose: "the default of convolutional networks; a neuron that no sample activates is dead";
        source: "Nair & Hinton 2010; Glorot, Bordes & Bengio 2011, Deep sparse rectifier neural networks";
        second_moment: 0.5;
        pytorch: 2.0_f64.sqrt();
    }

    Relu6 {
        name: "relu6";
        value(z): "0 for z <= 0, z between, 6 for z >= 6" = piecewise::relu6(z);
        slope(z): "1 for 0 < z < 6, else 0" = piecewise::relu6_slope(z);
        kinks: [0.0, 6.0] "f'(0) = f'(6) = 0";
        range: "[0, 6]";
        purpose: "networks for 8-bit arithmetic";
        source: "Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10";
    }

    LeakyRelu(slope: 0.01, "The slope on the left (Maas et al. 2013)") {
        name: "leaky_relu";
        value(z): "z for z > 0, else slope * z" = positive_or(z, R::from_f64(slope) * z);
        slope(z): "1 for z > 0, else slope" = slope_of(z, R::from_f64(slope), R::from_f64(1.0));
        kinks: [0.0] "f'(0) = slope";
        range: "all numbers for a slope above 0";
        purpose: "instead of ReLU if neurons die";
        source: "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models";
        second_moment: 0.5 * (1.0 + slope * slope);
        pytorch: (2.0 / (1.0 + slope * slope)).sqrt();
    }

    Prelu(slope: 0.25, "The initial slope on the left (He et al. 2015)") {
        name: "prelu";
        value(z): "z for z > 0, else slope * z; the slope is trainable and has this initial value" = positive_or(z, R::from_f64(slope) * z);
        slope(z): "1 for z > 0, else slope" = slope_of(z, R::from_f64(slope), R::from_f64(1.0));
        kinks: [0.0] "f'(0) = slope";
        range: "all numbers for a slope above 0";
        purpose: "like leaky ReLU; fanin's networks do not train the slope";
        source: "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, eq. 1";
        second_moment: 0.5 * (1.0 + slope * slope);
    }

    ReluSquared {
        name: "relu_squared", "relu2";
        value(z): "max(z, 0)^2" = piecewise::relu_squared(z);
        slope(z): "2 max(z, 0)" = R::from_f64(2.0) * positive_or(z, R::from_f64(0.0));
        kinks: [0.0] "f'(0) = 0; f'' jumps";
        range: "[0, inf)";
        purpose: "feed-forward blocks of transformers; its second moment involves z^4, so the variance drifts";
        source: "So et al. 2021, Primer: searching for efficient transformers, section 4";
    }

    Elu(alpha: 1.0, "The negated limit as z tends to -infinity") {
        name: "elu";
        value(z): "z for z > 0, else alpha * (exp z - 1)" = piecewise::elu(z, alpha);
        slope(z): "1 for z > 0, else alpha exp z" = piecewise::elu_slope(z, alpha);
        kinks: [0.0] "f'(0) = alpha";
        range: "(-alpha, inf)";
        purpose: "a mean nearer to 0 than ReLU's";
        source: "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by exponential \
                 linear units";
    }

    Celu(alpha: 1.0, "The negated limit as z tends to -infinity", positive: "is not above 0; use a positive width \
     for the left branch") {
        name: "celu";
        value(z): "z for z > 0, else alpha * (exp(z / alpha) - 1)" = piecewise::celu(z, alpha);
        slope(z): "1 for z > 0, else exp(z / alpha)" = piecewise::celu_slope(z, alpha);
        kinks: [0.0] "f'(0) = 1; f'' jumps";
        range: "(-alpha, inf)";
        purpose: "like ELU, with a continuous derivative for every alpha";
        source: "Barron 2017, Continuously differentiable exponential linear units";
    }

    Selu {
        name: "selu";
        value(z): "1.0507 z for z > 0, else 1.0507 * 1.67326 (exp z - 1)" = piecewise::selu(z);
        slope(z): "1.0507 for z > 0, else 1.0507 * 1.67326 exp z" = piecewise::selu_slope(z);
        kinks: [0.0] "f'(0) = 1.0507 * 1.67326, the left slope";
        range: "(-1.75810, inf)";
        purpose: "deep dense networks under lecun_normal: mean 0 and variance 1 are a fixed point";
        source: "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks, eq. 2";
        pytorch: 0.75;
    }

    Gelu {
        name: "gelu";
        value(z): "z * Phi(z), using the error function" = z * normal_cdf(z);
        slope(z): "Phi(z) + z phi(z)" = normal_cdf(z) + z * normal_density(z);
        range: "[-0.16997, inf)";
        purpose: "transformers";
        source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2";
    }

    GeluTanh {
        name: "gelu_tanh", "gelu_new";
        value(z): "z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2" = smooth::gelu_tanh(z);
        slope(z): "(1 + t) / 2 + z (1 - t^2) u' / 2, t = tanh u" = smooth::gelu_tanh_slope(z);
        range: "[-0.17004, inf)";
        purpose: "transformers whose weights were trained with it, such as GPT-2";
        source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2";
    }

    QuickGelu {
        name: "quick_gelu";
        value(z): "z / (1 + exp(-1.702 z))" = smooth::quick_gelu(z);
        slope(z): "S + 1.702 z S (1 - S), S = S(1.702 z)" = smooth::quick_gelu_slope(z);
        range: "[-0.16361, inf)";
        purpose: "transformers whose weights were trained with it, such as CLIP";
        source: "Hendrycks & Gimpel 2016, Gaussian error linear units, section 2";
    }

    Silu {
        name: "silu", "swish";
        value(z): "z / (1 + exp(-z))" = z * sigmoid(z);
        slope(z): "S (1 + z (1 - S)), S = S(z)" = smooth::silu_slope(z);
        range: "[-0.27846, inf)";
        purpose: "convolutional networks, gated blocks of transformers";
        source: "Elfwing, Uchibe & Doya 2018, Sigmoid-weighted linear units; Hendrycks & Gimpel 2016; Ramachandran, \
                 Zoph & Le 2017";
    }

    Mish {
        name: "mish";
        value(z): "z tanh(ln(1 + exp z))" = smooth::mish(z);
        slope(z): "t + z (1 - t^2) S(z), t = tanh(ln(1 + exp z))" = smooth::mish_slope(z);
        range: "[-0.30884, inf)";
        purpose: "as SiLU";
        source: "Misra 2019, Mish: a self regularized non-monotonic activation function";
    }

    Softplus {
        name: "softplus";
        value(z): "ln(1 + exp z)" = softplus(z);
        slope(z): "S(z)" = sigmoid(z);
        range: "(0, inf)";
        purpose: "positive outputs; in hidden layers its mean is not 0";
        source: "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional knowledge";
    }

    Softsign {
        name: "softsign";
        value(z): "z / (1 + |z|)" = smooth::softsign(z);
        slope(z): "1 / (1 + |z|)^2" = smooth::softsign_slope(z);
        kinks: [0.0] "f'(0) = 1; f'' jumps";
        range: "(-1, 1)";
        purpose: "like tanh, but saturates more slowly";
        source: "Bergstra, Desjardins, Lamblin & Bengio 2009, Quadratic polynomials learn better image features";
    }

    HardSigmoid {
        name: "hard_sigmoid", "hardsigmoid";
        value(z): "0 for z <= -3, (z + 3) / 6 between, 1 for z >= 3" = piecewise::hard_sigmoid(z);
        slope(z): "1/6 for -3 < z < 3, else 0" = piecewise::hard_sigmoid_slope(z);
        kinks: [-3.0, 3.0] "f'(-3) = f'(3) = 0";
        range: "[0, 1]";
        purpose: "gates in networks for small devices";
        source: "Howard et al. 2019, Searching for MobileNetV3, section 5.2";
    }

    HardSwish {
        name: "hard_swish", "hardswish";
        value(z): "0 for z <= -3, z (z + 3) / 6 between, z for z >= 3" = piecewise::hard_swish(z);
        slope(z): "0 for z <= -3, (2 z + 3) / 6 between, 1 for z >= 3" = piecewise::hard_swish_slope(z);
        kinks: [-3.0, 3.0] "f'(-3) = 0, f'(3) = 1";
        range: "[-0.375, inf)";
        purpose: "networks for small devices";
        source: "Howard et al. 2019, Searching for MobileNetV3, section 5.2";
    }

    LogSigmoid {
        name: "log_sigmoid", "logsigmoid";
        value(z): "-ln(1 + exp(-z))" = -softplus(-z);
        slope(z): "1 / (1 + exp z)" = sigmoid(-z);
        range: "(-inf, 0)";
        purpose: "losses; in hidden layers its mean is not 0";
        source: "the log-likelihood of a logistic unit; PyTorch's LogSigmoid";
    }

    Arctan {
        name: "arctan", "atan";
        value(z): "arctan z" = z.atan();
        slope(z): "1 / (1 + z^2)" = smooth::arctan_slope(z);
        range: "(-pi/2, pi/2)";
        purpose: "like tanh, but saturates more slowly";
        source: "Kamruzzaman & Aziz 2002, A note on activation function in multilayer feedforward learning";
    }

    Erf {
        name: "erf";
        value(z): "erf z" = z.erf();
        slope(z): "2 / sqrt(pi) exp(-z^2)" = smooth::erf_slope(z);
        range: "(-1, 1)";
        purpose: "theory: kernels of wide networks have closed forms";
        source: "Williams 1998, Computation with infinite neural networks, section 3.1";
    }

    Sin {
        name: "sin", "sine";
        value(z): "sin z" = z.sin();
        slope(z): "cos z" = z.cos();
        range: "[-1, 1]";
        purpose: "implicit representations of images and fields, under the SIREN initializer";
        source: "Sitzmann, Martel, Bergman, Lindell & Wetzstein 2020, Implicit neural representations with periodic \
                 activation functions";
    }

    Cos {
        name: "cos", "cosine";
        value(z): "cos z" = z.cos();
        slope(z): "-sin z" = -z.sin();
        range: "[-1, 1]";
        purpose: "random Fourier features; its slope at 0 is 0";
        source: "Rahimi & Recht 2007, Random features for large-scale kernel machines";
    }

    TanhShrink {
        name: "tanh_shrink", "tanhshrink";
        value(z): "z - tanh z" = smooth::tanh_shrink(z);
        slope(z): "tanh(z)^2" = smooth::tanh_shrink_slope(z);
        range: "all numbers";
        purpose: "sparse coding; its slope at 0 is 0";
        source: "PyTorch's Tanhshrink, from Torch7; no paper of its own";
    }
}
