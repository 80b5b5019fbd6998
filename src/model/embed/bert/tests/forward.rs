//! The whole forward pass, held against vectors that another implementation made of the same model.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod model;

use bert::{Bert, Config, EmbedError, ReadError};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};
use serde_json::json;

/// A number in sixteen bits.
type Half = fn(f32) -> [u8; 2];

fn config() -> Config {
    serde_json::from_value(json!({
        "vocab_size": 50, "hidden_size": 40, "num_hidden_layers": 3, "num_attention_heads": 5,
        "intermediate_size": 72, "hidden_act": "gelu", "max_position_embeddings": 48, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12, "model_type": "bert"
    }))
    .unwrap()
}

fn read(config: &Config) -> Bert {
    Bert::read(config, &model::weights(config, 1)).unwrap()
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let product = |left: &[f32], right: &[f32]| -> f64 {
        assert_eq!(left.len(), right.len());
        left.iter().zip(right).map(|(left, right)| f64::from(*left) * f64::from(*right)).sum()
    };
    product(left, right) / (product(left, left) * product(right, right)).sqrt()
}

#[test]
fn texts_have_the_vectors_that_candle_gives_them() {
    let model = read(&config());
    let references: Vec<(Vec<u32>, Vec<f32>)> = serde_json::from_str(include_str!("references.json")).unwrap();
    assert_eq!(references.len(), 5);
    for (tokens, vector) in &references {
        let cosine = cosine(&model.embed(tokens).unwrap(), vector);
        assert!(cosine > 0.9999, "{} tokens: {cosine}", tokens.len());
    }
    let across = cosine(&model.embed(&references[0].0).unwrap(), &references[1].1);
    assert!(across < 0.99, "a test that any vector passes: {across}");
}

#[test]
fn a_vector_has_length_one_whatever_was_embedded_before() {
    let model = read(&config());
    let (long, short): (Vec<u32>, Vec<u32>) = ((0..48).collect(), vec![7, 3, 9]);
    let first = model.embed(&short).unwrap();
    model.embed(&long).unwrap();
    assert_eq!(model.embed(&short).unwrap(), first);
    assert!((first.iter().map(|number| number * number).sum::<f32>() - 1.0).abs() < 1e-5);
}

#[test]
fn weights_of_sixteen_bits_and_with_the_prefix_of_bert_are_read() {
    let (config, tokens) = (config(), [4, 8, 15, 16, 23, 42]);
    let file = model::weights(&config, 1);
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let expected = read(&config).embed(&tokens).unwrap();
    let halves: [(Dtype, Half); 2] = [
        (Dtype::F16, |number| half::f16::from_f32(number).to_le_bytes()),
        (Dtype::BF16, |number| half::bf16::from_f32(number).to_le_bytes()),
    ];
    for (kind, half) in halves {
        let halved = tensors.iter().map(|(name, tensor)| {
            let numbers = tensor.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            (format!("bert.{name}"), tensor.shape().to_vec(), numbers.flat_map(half).collect::<Vec<u8>>())
        });
        let halved: Vec<_> = halved.collect();
        let views =
            halved.iter().map(|(name, shape, bytes)| (name, TensorView::new(kind, shape.clone(), bytes).unwrap()));
        let model = Bert::read(&config, &serialize(views, None).unwrap()).unwrap();
        let cosine = cosine(&model.embed(&tokens).unwrap(), &expected);
        assert!(cosine > 0.9999, "{kind:?}: {cosine}");
    }
}

#[test]
fn what_does_not_fit_is_said() {
    let config = config();
    let (model, file) = (read(&config), model::weights(&config, 1));
    assert_eq!(model.embed(&[]), Err(EmbedError::Empty));
    assert_eq!(model.embed(&[1; 49]), Err(EmbedError::Long(49, 48)));
    assert_eq!(model.embed(&[1, 50]), Err(EmbedError::Unknown(50)));
    assert_eq!(model.embed(&[u32::MAX]), Err(EmbedError::Unknown(u32::MAX)));
    let read = |config: &Config, file: &[u8]| Bert::read(config, file).err().unwrap();
    assert!(matches!(read(&config, &file[..1000]), ReadError::Unreadable(_)));
    let deeper = Config { num_hidden_layers: 4, ..config.clone() };
    assert!(matches!(read(&deeper, &file), ReadError::Missing(name) if name.starts_with("encoder.layer.3.")));
    let wider = Config { intermediate_size: 80, ..config.clone() };
    assert!(matches!(read(&wider, &file), ReadError::Shape { expected, .. } if expected == [80, 40]));
    for impossible in [
        Config { num_attention_heads: 0, ..config.clone() },
        Config { num_attention_heads: 7, ..config.clone() },
        Config { hidden_size: 0, ..config.clone() },
        Config { type_vocab_size: 0, ..config },
    ] {
        assert!(matches!(read(&impossible, &file), ReadError::Sizes));
    }
}
