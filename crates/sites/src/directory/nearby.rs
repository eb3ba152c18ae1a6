use kernel::SiteId;

use super::position::{Point, Span, in_parts, span};

/// So few points are looked through one by one.
const LEAF: usize = 16;

/// Sites by where they are: a k-d tree in a list. The point in the middle parts those before it from those behind it,
/// along one axis after the other.
pub(super) struct Nearby {
    points: Vec<(Point, SiteId, u32)>,
}

/// A site at some distance: span, id, rank.
pub(super) type Near = (Span, SiteId, u32);

fn part(points: &mut [(Point, SiteId, u32)], axis: usize) {
    if points.len() > LEAF {
        let middle = points.len() / 2;
        let (before, _, behind) = points.select_nth_unstable_by(middle, |a, b| a.0[axis].total_cmp(&b.0[axis]));
        part(before, (axis + 1) % 3);
        part(behind, (axis + 1) % 3);
    }
}

impl Nearby {
    /// Of these points, with id and rank.
    pub(super) fn new(points: impl Iterator<Item = (Point, SiteId, u32)>) -> Self {
        let mut points: Vec<_> = points.collect();
        part(&mut points, 0);
        Self { points }
    }

    /// Those that fit among the `most` nearest within reach, and of these the nearest `enough`; in no order.
    pub(super) fn nearest(
        &self,
        from: Point,
        reach: Span,
        most: usize,
        enough: usize,
        fits: impl Fn(u32) -> bool,
    ) -> Vec<Near> {
        let mut seen = Pool::new(most, reach);
        let mut fitting = Pool::new(enough, reach);
        visit(&self.points, 0, from, reach, &mut |near| {
            if fits(near.2) {
                fitting.add(near);
            }
            seen.add(near);
            seen.reach.min(fitting.reach)
        });
        let last = seen.cut().last;
        let mut fitting = fitting.cut().sites;
        fitting.retain(|near| last.is_none_or(|last| *near <= last));
        fitting
    }

    /// All within reach; in no order.
    pub(super) fn within(&self, from: Point, reach: Span) -> Vec<Near> {
        let mut all = Vec::new();
        visit(&self.points, 0, from, reach, &mut |near| {
            all.push(near);
            reach
        });
        all
    }
}

/// Shows all points within reach; what they are shown to says how far to reach from then on.
fn visit(
    points: &[(Point, SiteId, u32)],
    axis: usize,
    from: Point,
    mut reach: Span,
    see: &mut impl FnMut(Near) -> Span,
) -> Span {
    let mut look = |&(point, id, rank): &(Point, SiteId, u32), reach: Span| {
        let distance = span(from, point);
        if distance <= reach { see((distance, id, rank)) } else { reach }
    };
    if points.len() <= LEAF {
        return points.iter().fold(reach, |reach, point| look(point, reach));
    }
    let (before, rest) = points.split_at(points.len() / 2);
    let Some((middle, behind)) = rest.split_first() else { return reach };
    reach = look(middle, reach);
    let beyond = from[axis] - middle.0[axis];
    let (this, other) = if beyond < 0.0 { (before, behind) } else { (behind, before) };
    reach = visit(this, (axis + 1) % 3, from, reach, see);
    if in_parts(beyond * beyond) <= reach {
        reach = visit(other, (axis + 1) % 3, from, reach, see);
    }
    reach
}

/// The nearest so many of what is added, and some more that are thrown away from time to time.
struct Pool {
    sites: Vec<Near>,
    most: usize,
    /// Beyond this nothing can be among them.
    reach: Span,
    /// The last of them, once there are as many.
    last: Option<Near>,
}

impl Pool {
    fn new(most: usize, reach: Span) -> Self {
        Self { sites: Vec::with_capacity(2 * most), most, reach, last: None }
    }

    fn add(&mut self, near: Near) {
        self.sites.push(near);
        if self.sites.len() >= 2 * self.most {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if self.most > 0 && self.sites.len() >= self.most {
            let (_, &mut last, _) = self.sites.select_nth_unstable(self.most - 1);
            self.sites.truncate(self.most);
            self.reach = self.reach.min(last.0);
            self.last = Some(last);
        }
    }

    fn cut(mut self) -> Self {
        self.shrink();
        self
    }
}
