use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The mean radius of the earth, metres (IUGG).
pub(super) const RADIUS_M: f64 = 6_371_008.8;
/// Parts of the unit of a [`Span`].
const PARTS: f64 = (1_u64 << 52) as f64;

/// A place on the earth, in GCJ-02 as Chinese maps and `wx.getLocation` give it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Written")]
pub struct Position {
    /// Longitude, degrees.
    #[schema(minimum = -180, maximum = 180)]
    lng: f64,
    /// Latitude, degrees.
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
}

#[derive(Deserialize)]
struct Written {
    lng: f64,
    lat: f64,
}

impl TryFrom<Written> for Position {
    type Error = &'static str;

    fn try_from(Written { lng, lat }: Written) -> Result<Self, Self::Error> {
        Self::new(lng, lat).ok_or("no place on the earth")
    }
}

impl Position {
    /// At this longitude and latitude, degrees; none outside of −180 to 180 and −90 to 90.
    pub fn new(lng: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lng) && (-90.0..=90.0).contains(&lat)).then_some(Self { lng, lat })
    }

    /// Longitude, degrees.
    pub const fn lng(self) -> f64 {
        self.lng
    }

    /// Latitude, degrees.
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Metres from here to there.
    pub fn metres_to(self, there: Self) -> f64 {
        metres(span(self.on_ball(), there.on_ball()))
    }

    /// The same on a ball of radius 1, where a straight line is the longer the longer the way on the ground.
    pub(super) fn on_ball(self) -> Point {
        let (lng, lat) = (self.lng.to_radians(), self.lat.to_radians());
        [lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()]
    }
}

/// A point on the ball.
pub(super) type Point = [f64; 3];

/// What distances are compared by: the square of the straight line between two points on the ball, in whole 2⁻⁵², so
/// that a cursor can name it exactly. Finer than a tenth of a millimetre from 100 m on, and than 10 cm below.
pub(super) type Span = u64;

/// A part of the square along one axis, or the whole of it.
pub(super) fn in_parts(square: f64) -> Span {
    (square * PARTS) as Span
}

/// How far these points are from one another.
pub(super) fn span(one: Point, other: Point) -> Span {
    in_parts(one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum())
}

/// The way on the ground, metres: the haversine formula, whose haversine is a quarter of the square.
pub(super) fn metres(span: Span) -> f64 {
    2.0 * RADIUS_M * (span as f64 / PARTS / 4.0).sqrt().min(1.0).asin()
}

/// The span of a way on the ground, metres.
pub(super) fn span_of(metres: f64) -> Span {
    in_parts((2.0 * (metres / RADIUS_M / 2.0).sin()).powi(2))
}
