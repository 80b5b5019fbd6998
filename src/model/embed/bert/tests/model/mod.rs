//! A small model whose weights nobody trained.

use bert::Config;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};

/// The file with its weights; another `seed` gives others.
pub fn weights(config: &Config, seed: u32) -> Vec<u8> {
    let tensors = shapes(config).into_iter().map(|(name, shape)| {
        let (around, spread) = if name.ends_with("LayerNorm.weight") { (1.0, 0.2) } else { (0.0, 0.6) };
        let mut state = name.bytes().fold(seed, |state, byte| state.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            around + spread * ((state >> 8) as f32 / (1_u32 << 24) as f32 - 0.5)
        };
        let bytes = (0..shape.iter().product()).flat_map(|_: usize| next().to_le_bytes()).collect::<Vec<u8>>();
        (name, shape, bytes)
    });
    let tensors: Vec<_> = tensors.collect();
    let views =
        tensors.iter().map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    serialize(views, None).unwrap()
}

/// What its tensors are called, and their shapes.
fn shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let (hidden, wide) = (config.hidden_size, config.intermediate_size);
    let mut shapes: Vec<(String, Vec<usize>)> = [
        ("word", config.vocab_size),
        ("position", config.max_position_embeddings),
        ("token_type", config.type_vocab_size),
    ]
    .map(|(of, count)| (format!("embeddings.{of}_embeddings.weight"), vec![count, hidden]))
    .into();
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for number in 0..config.num_hidden_layers {
        let linear = [
            ("attention.self.query", hidden, hidden),
            ("attention.self.key", hidden, hidden),
            ("attention.self.value", hidden, hidden),
            ("attention.output.dense", hidden, hidden),
            ("intermediate.dense", hidden, wide),
            ("output.dense", wide, hidden),
        ];
        for (part, inputs, outputs) in linear {
            let name = format!("encoder.layer.{number}.{part}");
            shapes.extend([(format!("{name}.weight"), vec![outputs, inputs]), (format!("{name}.bias"), vec![outputs])]);
        }
        norms.extend(["attention.output", "output"].map(|part| format!("encoder.layer.{number}.{part}.LayerNorm")));
    }
    shapes
        .extend(norms.iter().flat_map(|norm| ["weight", "bias"].map(|part| (format!("{norm}.{part}"), vec![hidden]))));
    shapes
}
