//! What drives locks: one module per kind of controller, each implementing [`kernel::port::DoorDriver`]. [`sim`] is the
//! driver of an installation without hardware, and the default.

pub mod sim;
