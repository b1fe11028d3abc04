//! Gains, running statistics, biases and buffers.
