use super::*;

#[test]
fn an_entry_is_an_octal_number_a_name_and_twenty_bytes() {
    let read = |head: &str, bytes: usize| {
        let tree = [head.as_bytes(), &vec![7; bytes]].concat();
        parse_tree(tree).map(|tree| tree.entries().map(|one| (one.name.to_vec(), one.entry.mode.0)).collect::<Vec<_>>())
    };
    assert_eq!(read("100644 a b\0", 20), Some(vec![(b"a b".to_vec(), 0o100_644)]));
    assert_eq!(read("40000 a\0", 20), Some(vec![(b"a".to_vec(), 0o40_000)]));
    assert_eq!(read("", 0), Some(Vec::new()));
    let malformed =
        [" a\0", "a\0", "\0", "8 a\0", "1006x4 a\0", "100644\0", "100644 a", "77777777777777 a\0", "-1 a\0", "+1 a\0"];
    for head in malformed {
        assert_eq!(read(head, 20), None, "{head:?}");
    }
    assert_eq!(read("100644 a\0", 19), None);
}
