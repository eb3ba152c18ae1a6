use pinyin::ToPinyin;

/// Characters that places are named with in another reading than the first of the dictionary: 长沙, 厦门, 重庆, 成都.
const IN_PLACES: [(char, &str); 4] = [('长', "chang"), ('厦', "xia"), ('重', "chong"), ('都', "du")];

/// The name in pinyin, so that the list is in the order its readers expect; what is no Chinese keeps its letters.
pub(crate) fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars() {
        let in_places = IN_PLACES.iter().find(|(of, _)| *of == c).map(|(_, reading)| *reading);
        match in_places.or_else(|| c.to_pinyin().map(|pinyin| pinyin.plain())) {
            Some(reading) => key.push_str(reading),
            None => key.extend(c.to_lowercase()),
        }
        if key.len() > 150 {
            break;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn the_list_is_in_the_order_of_pinyin() {
        assert_eq!(sort_key("测试Z停车场"), "ceshiztingchechang");
        assert!(sort_key("长沙") < sort_key("株洲") && sort_key("长沙") < sort_key("星沙"));
        assert_eq!(
            (sort_key("厦门"), sort_key("重庆"), sort_key("成都")),
            ("xiamen".into(), "chongqing".into(), "chengdu".into())
        );
    }
}
