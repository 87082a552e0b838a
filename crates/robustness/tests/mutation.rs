//! Damaged inputs, by the million and the same on every run: nothing panics, everything ends, and no
//! answer is larger than its input accounts for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_robustness::damage::{Random, damage, hexadecimal};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a million damaged inputs came to.
#[derive(Debug, Default)]
struct Tally {
    inputs: usize,
    /// Messages, lines, words: how many things were in them.
    things: usize,
    /// How many of them were understood.
    understood: usize,
}

/// Gives damaged seeds to a body until so many things were in them. A panic is told with the input.
fn until(
    things: usize,
    seeds: &[Vec<u8>],
    limit: usize,
    count: impl Fn(&[u8]) -> usize,
    body: fn(&[u8]) -> usize,
) -> Tally {
    // Miri takes a second for a message.
    let (things, limit) = if cfg!(miri) { (things / 20_000, 1_500) } else { (things, limit) };
    let seed = 0x9e37_79b9_7f4a_7c15;
    let mut random = Random(seed);
    let mut tally = Tally::default();
    while tally.things < things {
        let mut input = random.pick(seeds).unwrap().clone();
        let other = random.pick(seeds).unwrap();
        damage(&mut random, &mut input, other, limit);
        match catch_unwind(AssertUnwindSafe(|| body(&input))) {
            Ok(understood) => tally.understood += understood,
            // What went wrong is printed already.
            Err(_) => {
                panic!("seed {seed:#x}, input {}: {}", tally.inputs, hexadecimal(&input));
            }
        }
        tally.inputs += 1;
        tally.things += count(&input);
    }
    tally
}

mod netlink {
    use super::*;
    use ifctl_netlink::Messages;
    use ifctl_robustness::netlink::*;

    fn messages(datagram: &[u8]) -> usize {
        Messages::new(datagram).filter(Result::is_ok).count()
    }

    #[test]
    fn a_million_damaged_messages_are_read_and_what_is_written_after_them_is_sound() {
        let tally = until(1_000_000, &seeds(), 6_000, messages, read);
        // The damage was neither too little nor too much to say something.
        assert!(
            tally.understood > tally.things / 2 && tally.understood > tally.inputs / 2,
            "{tally:?}"
        );
    }

    #[test]
    fn what_a_damaged_value_was_written_as_is_read_and_written_the_same() {
        let tally = until(250_000, &seeds(), 6_000, messages, round_trip);
        assert!(tally.understood > tally.things / 3, "{tally:?}");
    }
}

#[cfg(feature = "tools")]
mod tools {
    use super::*;
    use ifctl_robustness::{commands, listings, proc, records, rtnetlink};

    fn lines(text: &[u8]) -> usize {
        text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count()
    }

    #[test]
    fn a_million_damaged_lines_of_proc_net_cost_themselves_alone() {
        let tally = until(1_000_000, &proc::seeds(), 4_096, lines, proc::parse);
        assert!(tally.understood > tally.things / 10, "{tally:?}");
    }

    #[test]
    fn a_million_damaged_command_lines_end_with_an_answer() {
        let tally = until(
            1_000_000,
            &commands::seeds_of_personalities(),
            1_024,
            |_| 1,
            commands::run_personality,
        );
        assert!(tally.understood > tally.things / 20, "{tally:?}");
    }

    #[test]
    fn damaged_words_of_ifctl_end_with_an_answer() {
        let tally = until(5_000, &commands::seeds_of_ifctl(), 1_024, |_| 1, commands::run);
        assert!(tally.understood > tally.things / 50, "{tally:?}");
    }

    #[test]
    fn damaged_files_of_the_host_end_with_an_answer() {
        let tally = until(50_000, &commands::file_seeds(), 4_096, |_| 1, commands::with_files);
        assert!(tally.understood > tally.things / 10, "{tally:?}");
    }

    #[test]
    fn damaged_records_names_and_addresses_are_read_back_as_they_were() {
        let tally = until(100_000, &records::seeds(), 512, |_| 1, records::read);
        assert!(tally.understood > tally.things, "{tally:?}");
    }

    #[test]
    fn what_a_damaged_kernel_answers_to_the_library_is_counted_and_ends() {
        let tally = until(10_000, &rtnetlink::seeds(), 6_000, |_| 1, rtnetlink::ask);
        assert!(tally.understood > tally.things / 3, "{tally:?}");
    }

    #[test]
    fn listings_of_what_a_damaged_kernel_tells_end_and_disturb_no_terminal() {
        let tally = until(50_000, &listings::seeds(), 8_192, |_| 1, listings::list);
        assert!(tally.understood > 2 * tally.things, "{tally:?}");
    }
}
