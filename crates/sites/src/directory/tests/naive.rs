//! What the list must be, the slow and plain way.

use pinyin::ToPinyinMulti;

use super::*;

/// Every site with its group, in order.
pub(super) fn list(sites: &[Listed], query: &SiteQuery<'_>, limits: &Limits) -> Vec<(SiteId, Group)> {
    let words = query.text.map(words::words).unwrap_or_default();
    let mut matching: Vec<_> = sites.iter().filter(|site| words.iter().all(|word| has(site, word))).collect();
    matching.sort_by_key(|site| (sort_key(&site.name), site.id));
    let mut list: Vec<(SiteId, Group)> = Vec::new();
    let mut add = |site: &Listed, group| {
        if list.iter().all(|(id, _)| *id != site.id) {
            list.push((site.id, group));
        }
    };
    matching.iter().filter(|site| query.mine.contains(&site.id)).for_each(|site| add(site, Group::Mine));
    for id in query.recent {
        matching.iter().filter(|site| site.id == *id).for_each(|site| add(site, Group::Recent));
    }
    matching.retain(|site| !site.hidden);
    if let Some(from) = query.near {
        let far = |site: &Listed| Some((position::span(from.on_ball(), site.position?.on_ball()), site.id));
        let is_near = |site: &&Listed| far(site).is_some_and(|(span, _)| span <= limits.reach);
        let mut near: Vec<_> = sites.iter().filter(|site| !site.hidden).filter(is_near).collect();
        near.sort_by_key(|site| far(site));
        if matching.len() > limits.looked_at {
            near.truncate(limits.looked_at);
        }
        near.retain(|site| matching.contains(site));
        near.truncate(limits.near);
        near.sort_by_key(|site| (far(site).map(|(span, _)| span), sort_key(&site.name), site.id));
        near.iter().for_each(|site| add(site, Group::Near));
    }
    matching.iter().for_each(|site| add(site, Group::All));
    list
}

fn has(site: &Listed, word: &str) -> bool {
    let name = words::plain(&site.name);
    let address = words::plain(site.address.as_deref().unwrap_or_default());
    let whole: Vec<_> = name.chars().map(readings).filter(|readings| !readings.is_empty()).collect();
    let first: Vec<Vec<String>> =
        whole.iter().map(|readings| readings.iter().map(|reading| reading[..1].to_owned()).collect()).collect();
    let read = |name: &[Vec<String>]| (0..name.len()).any(|from| begins(&name[from..], word));
    name.contains(word) || address.contains(word) || read(&whole) || read(&first)
}

fn readings(c: char) -> Vec<String> {
    if c.is_ascii_alphanumeric() {
        return vec![c.to_string()];
    }
    c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain().replace('ü', "v")).collect()
}

fn begins(name: &[Vec<String>], word: &str) -> bool {
    let Some((readings, rest)) = name.split_first() else { return word.is_empty() };
    readings.iter().any(|reading| {
        reading.starts_with(word) || word.strip_prefix(&**reading).is_some_and(|word| begins(rest, word))
    })
}
