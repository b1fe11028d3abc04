//! Values that no initializer leaves.
