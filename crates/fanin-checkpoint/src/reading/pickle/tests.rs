use super::{Heap, Host, Name, Node, Pickle, Value, run};

/// Recognizes one callable, which returns its first argument; a persistent id resolves to itself.
struct Echo;

impl Host for Echo {
    fn call(&mut self, _: &Heap<'_>, callable: Name<'_>, arguments: &[Value]) -> Option<Value> {
        (callable == Name { module: "m", name: "echo" }).then(|| arguments.first().copied()).flatten()
    }

    fn persistent(&mut self, _: &Heap<'_>, id: Value) -> Result<Value, String> {
        Ok(id)
    }
}

fn pickle(program: &[u8]) -> Pickle<'_> {
    run(program, 0, &mut Echo).expect("a pickle")
}

#[test]
fn integers_of_every_form_are_read() {
    for (program, int) in [
        (&b"K\x07."[..], 7),
        (b"M\x00\x01.", 256),
        (b"J\xff\xff\xff\xff.", -1),
        (b"\x8a\x01\x80.", -128),
        (b"\x8a\x00.", 0),
        (b"\x8b\x02\x00\x00\x00\x00\x01.", 256),
        (b"I12\n.", 12),
        (b"L-3L\n.", -3),
    ] {
        assert_eq!(pickle(program).root, Value::Int(int), "{program:?}");
    }
    assert_eq!(pickle(b"I01\n.").root, Value::Bool(true));
}

#[test]
fn texts_of_every_form_are_read() {
    for program in [
        &b"X\x02\0\0\0ab."[..],
        b"\x8c\x02ab.",
        b"\x8d\x02\0\0\0\0\0\0\0ab.",
        b"U\x02ab.",
        b"T\x02\0\0\0ab.",
        b"S'ab'\n.",
        b"Vab\n.",
    ] {
        let pickle = pickle(program);
        assert_eq!(pickle.heap.text(pickle.root), Some("ab"), "{program:?}");
    }
    assert_eq!(pickle(b"U\x01\xff.").root, Value::Other);
}

#[test]
fn containers_are_shared_through_the_memo() {
    let pickle = pickle(b"\x80\x04]\x94(h\x00K\x01e}K\x02h\x00s\x86.");
    let [list, dict] = pickle.heap.sequence(pickle.root).expect("a pair") else { panic!("not two") };
    assert_eq!(pickle.heap.sequence(*list), Some(&[*list, Value::Int(1)][..]));
    assert_eq!(pickle.heap.dict(*dict), Some(&[(Value::Int(2), *list)][..]));
}

#[test]
fn a_call_is_the_hosts_or_an_object() {
    assert_eq!(pickle(b"cm\necho\nK\x05\x85R.").root, Value::Int(5));
    assert_eq!(pickle(b"\x8c\x01m\x8c\x04echo\x93K\x05\x85R.").root, Value::Int(5));
    // The host is not asked for class instances; like unknown calls, they become objects.
    for program in
        [&b"cm\necho\nK\x05\x85\x81."[..], b"cm\nother\nK\x05\x85R.", b"(K\x05im\nother\n.", b"(cm\nother\nK\x05o."]
    {
        let pickle = pickle(program);
        let Some(Node::Object(object)) = pickle.heap.node(pickle.root) else { panic!("no object: {program:?}") };
        assert_eq!(pickle.heap.sequence(object.arguments), Some(&[Value::Int(5)][..]), "{program:?}");
    }
    let ordered = pickle(b"ccollections\nOrderedDict\n]]K\x01aK\x02aa\x85R.");
    assert_eq!(ordered.heap.dict(ordered.root), Some(&[(Value::Int(1), Value::Int(2))][..]));
}

#[test]
fn several_pickles_follow_each_other() {
    let bytes = b"K\x01.K\x02.";
    assert_eq!(run(bytes, pickle(bytes).end, &mut Echo).expect("the second").root, Value::Int(2));
}

#[test]
fn a_mark_shields_what_is_below() {
    for program in [&b"K\x01(0R."[..], b"K\x01(a.", b"K\x01(\x85.", b"1.", b"(.", b"."] {
        assert!(run(program, 0, &mut Echo).is_err(), "{program:?}");
    }
}
