/// A set of ranks, a bit each, with a bit for each block that holds any: what is rare is walked through fast.
#[derive(Clone, Debug)]
pub(super) struct Bits {
    blocks: Box<[u64]>,
    held: Box<[u64]>,
}

impl Bits {
    /// None of so many.
    pub(super) fn none(of: usize) -> Self {
        let blocks = of.div_ceil(64);
        Self { blocks: vec![0; blocks].into(), held: vec![0; blocks.div_ceil(64)].into() }
    }

    pub(super) fn insert(&mut self, rank: u32) {
        let block = rank as usize / 64;
        self.blocks[block] |= 1 << (rank % 64);
        self.held[block / 64] |= 1 << (block % 64);
    }

    pub(super) fn contains(&self, rank: u32) -> bool {
        self.blocks[rank as usize / 64] & (1 << (rank % 64)) != 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.iter().all(|&held| held == 0)
    }

    /// Adds those of another.
    pub(super) fn unite(&mut self, other: &Self) {
        for (n, &held) in other.held.iter().enumerate() {
            self.held[n] |= held;
            ones(held).map(|bit| n * 64 + bit).for_each(|block| self.blocks[block] |= other.blocks[block]);
        }
    }

    /// Keeps those that the other has too.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (n, held) in self.held.iter_mut().enumerate() {
            for bit in ones(*held) {
                let block = n * 64 + bit;
                self.blocks[block] &= other.blocks[block];
                if self.blocks[block] == 0 {
                    *held &= !(1 << bit);
                }
            }
        }
    }

    /// Those of both from this rank on, in order.
    pub(super) fn both<'a>(&'a self, other: &'a Self, from: u32) -> impl Iterator<Item = u32> + 'a {
        let first = from as usize / 64;
        let held = (first / 64..self.held.len()).flat_map(move |n| {
            let before = if n == first / 64 { first % 64 } else { 0 };
            ones(self.held[n] & other.held[n] & (u64::MAX << before)).map(move |bit| n * 64 + bit)
        });
        held.flat_map(move |block| {
            let before = if block == first { from % 64 } else { 0 };
            let ranks = self.blocks[block] & other.blocks[block] & (u64::MAX << before);
            ones(ranks).map(move |bit| (block * 64 + bit) as u32)
        })
    }
}

/// The places of the ones in a block, in order.
fn ones(mut block: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (block != 0).then(|| block.trailing_zeros() as usize)?;
        block &= block - 1;
        Some(bit)
    })
}
