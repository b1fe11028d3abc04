//! Requirements for every backend's perceptron, written once over the traits.

pub(crate) mod data_dependent;
pub(crate) mod events;
pub(crate) mod gradients;
pub(crate) mod not_a_number;
pub(crate) mod optimizers;
pub(crate) mod parameters;
pub(crate) mod published_lab;
pub(crate) mod recorder;
pub(crate) mod refusals;
pub(crate) mod residual_starts;
pub(crate) mod samples;
pub(crate) mod symmetry;

/// Generates a test per law for the backend whose network is `$network`, run by `$inside`.
macro_rules! laws {
    ($network:ident, $inside:path) => {
        $crate::network::laws!(@ $network, $inside, [
            gradients_are_the_slopes_of_the_loss = {gradients::are_the_slopes_of_the_loss} [f64],
            the_loss_is_core_s = {gradients::the_loss_is_core_s} [f32, f64],
            gradients_obey_the_chain_rule = {gradients::obey_the_chain_rule} [f32, f64],
            gradients_at_zero_are_core_s = {gradients::at_zero_are_core_s} [f32, f64],
            gradients_stay_finite_far_out = {gradients::stay_finite_far_out} [f32, f64],
            events_come_in_order_and_shape = {events::come_in_order_and_shape} [f32, f64],
            a_break_anywhere_ends_the_pass = {events::a_break_anywhere_ends_the_pass} [f32, f64],
            observing_changes_no_bit = {events::observing_changes_no_bit} [f32, f64],
            samples_that_do_not_fit_are_refused = {refusals::samples_that_do_not_fit} [f32, f64],
            optimizers_that_do_not_fit_are_refused = {refusals::optimizers_that_do_not_fit} [f32, f64],
            unknown_names_are_refused = {refusals::unknown_names_and_failed_fills} [f32, f64],
            optimizers_keep_to_their_formulas = {optimizers::keep_to_their_formulas} [f64],
            not_a_number_reaches_the_outputs = {not_a_number::reaches_the_outputs} [f32, f64],
            zeros_freeze_what_is_zero_at_zero = {symmetry::zeros::freeze_what_is_zero_at_zero} [f32, f64],
            zeros_send_the_output_bias_to_the_logit = {symmetry::zeros::send_the_output_bias_to_the_logit} [f32, f64],
            zeros_wake_a_sigmoid_from_the_top = {symmetry::zeros::wake_a_sigmoid_from_the_top} [f32, f64],
            zeros_are_fine_without_a_hidden_layer = {symmetry::zeros::are_fine_without_a_hidden_layer} [f32, f64],
            a_constant_start_is_one_neuron = {symmetry::constant::is_one_neuron} [f32, f64],
            a_constant_start_acts_as_width_one = {symmetry::constant::acts_as_width_one} [f32, f64],
            first_zero_second_random = {symmetry::half_zero::first_zero_second_random} [f32, f64],
            first_random_second_zero = {symmetry::half_zero::first_random_second_zero} [f32, f64],
            a_mirrored_start_stays_mirrored = {symmetry::mirrored::stays_mirrored} [f32, f64],
            small_random_weights = {symmetry::random::small} [f32, f64],
            large_random_weights = {symmetry::random::large} [f32, f64],
            published_zeros = {published_lab::zeros} [f64],
            published_large = {published_lab::large} [f64],
            published_he = {published_lab::he} [f64],
            lsuv_gives_each_layer_variance_one = {data_dependent::lsuv_gives_each_layer_variance_one} [f32, f64],
            lsuv_leaves_what_is_near = {data_dependent::lsuv_leaves_what_is_within_the_tolerance} [f32, f64],
            neurons_get_mean_and_variance = {data_dependent::neurons_get_mean_and_variance} [f32, f64],
            weight_norm_by_hand = {data_dependent::weight_norm_by_hand} [f32, f64],
            data_dependent_starts_repeat = {data_dependent::starts_repeat_to_the_bit} [f32, f64],
            residual_networks_have_data_dependent_starts = {data_dependent::residual_networks_too} [f32, f64],
            failing_starts_are_named = {data_dependent::failing_starts_are_named} [f32, f64],
            deep_residual_networks_train = {residual_starts::deep_networks_train} [f32],
            residual_blocks_start_as_the_identity = {residual_starts::blocks_start_as_the_identity} [f32, f64],
        ]);
    };
    (@ $network:ident, $inside:path, [$($test:ident = $law:tt [$($float:ident),+],)+]) => {$(
        #[test]
        fn $test() {
            $inside(|| { $($crate::network::laws!(@ $law $network $float);)+ });
        }
    )+};
    (@ {$($law:ident)::+} $network:ident $float:ident) => {
        $crate::network::$($law)::+::<$network<$float>>()
    };
}

pub(crate) use laws;
