//! The numbers a model learnt, as they are published.

use pulp::Arch;
use safetensors::{Dtype, SafeTensors};

/// Why a model cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The configuration is that of no model.
    #[error("the configuration has a size of nought, or heads that do not share the numbers of a token evenly")]
    Sizes,
    /// It is no file of tensors.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] safetensors::SafeTensorError),
    /// There is no such tensor.
    #[error("it has no tensor {0}")]
    Missing(String),
    /// A tensor is not as the configuration says.
    #[error("its tensor {name} has the shape {found:?}, not {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// As it is.
        found: Vec<usize>,
        /// As the configuration says.
        expected: Vec<usize>,
    },
    /// A tensor is of another kind of number.
    #[error("its tensor {0} is of numbers {1:?}; those of F32, F16 and BF16 can be read")]
    Numbers(String, Dtype),
}

/// The tensors of a file.
pub struct Weights<'f> {
    tensors: SafeTensors<'f>,
    prefix: &'static str,
    /// The instructions they are laid out for.
    pub arch: Arch,
}

impl<'f> Weights<'f> {
    /// Those of the file with these bytes.
    pub fn read(file: &'f [u8], arch: Arch) -> Result<Self, ReadError> {
        let tensors = SafeTensors::deserialize(file)?;
        let prefix = if tensors.names().iter().any(|name| name.starts_with("bert.")) { "bert." } else { "" };
        Ok(Self { tensors, prefix, arch })
    }

    /// The tensor of this name, which must have this shape.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ReadError> {
        let name = format!("{}{name}", self.prefix);
        let tensor = self.tensors.tensor(&name).map_err(|_| ReadError::Missing(name.clone()))?;
        if tensor.shape() != shape {
            let (found, expected) = (tensor.shape().to_vec(), shape.to_vec());
            return Err(ReadError::Shape { name, found, expected });
        }
        let halves = |of: fn([u8; 2]) -> f32| tensor.data().as_chunks().0.iter().map(|bytes| of(*bytes)).collect();
        Ok(match tensor.dtype() {
            Dtype::F32 => tensor.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            Dtype::F16 => halves(|bytes| half::f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => halves(|bytes| half::bf16::from_le_bytes(bytes).to_f32()),
            other => return Err(ReadError::Numbers(name, other)),
        })
    }
}
