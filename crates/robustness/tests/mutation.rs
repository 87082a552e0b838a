//! Damaged inputs, each other than the sound one that it was made of, and the same on every run: nothing panics,
//! everything ends, and no answer is larger than its input accounts for. What has a million in its name is given a
//! million of them; the others say by their number how many they are given.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_robustness::damage::{Random, damage, hexadecimal};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What damaged inputs came to.
#[derive(Debug, Default)]
struct Tally {
    /// How many inputs there were.
    inputs: usize,
    /// How many things in them, messages, lines, words, were understood.
    understood: usize,
}

impl Tally {
    /// Asserts that more than so many things were understood: the damage was not too much to say something.
    /// The few inputs that Miri is given say nothing of that.
    fn is_of_use(&self, least: usize) {
        let least = if cfg!(miri) { 0 } else { least };
        assert!(self.understood > least, "{self:?}");
    }
}

/// Gives so many damaged seeds to a body. A panic is told with the input.
fn damaged(inputs: usize, seeds: &[Vec<u8>], limit: usize, body: fn(&[u8]) -> usize) -> Tally {
    // Miri takes a second for a message.
    let (inputs, limit) = if cfg!(miri) { (inputs / 20_000, 1_500) } else { (inputs, limit) };
    let seed = 0x9e37_79b9_7f4a_7c15;
    let mut random = Random(seed);
    let mut tally = Tally::default();
    while tally.inputs < inputs {
        let sound = random.pick(seeds).unwrap();
        let mut input = sound.clone();
        let other = random.pick(seeds).unwrap();
        damage(&mut random, &mut input, other, limit);
        if input == *sound {
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| body(&input))) {
            Ok(understood) => tally.understood += understood,
            // What went wrong is printed already.
            Err(_) => {
                panic!("seed {seed:#x}, input {}: {}", tally.inputs, hexadecimal(&input));
            }
        }
        tally.inputs += 1;
    }
    tally
}

mod netlink {
    use super::*;
    use ifctl_netlink::Messages;
    use ifctl_robustness::netlink::*;

    /// Seeds of one message each.
    fn messages() -> Vec<Vec<u8>> {
        seeds().into_iter().filter(|seed| Messages::new(seed).count() == 1).collect()
    }

    #[test]
    fn a_million_damaged_messages_are_read_and_what_is_written_after_them_is_sound() {
        let tally = damaged(1_000_000, &messages(), 6_000, read);
        tally.is_of_use(tally.inputs / 2);
    }

    #[test]
    fn stretches_of_messages_damaged_in_places_are_read() {
        let tally = damaged(100_000, &seeds(), 6_000, read);
        tally.is_of_use(tally.inputs / 2);
    }

    #[test]
    fn what_a_damaged_value_was_written_as_is_read_and_written_the_same() {
        let tally = damaged(250_000, &messages(), 6_000, round_trip);
        tally.is_of_use(tally.inputs / 3);
    }
}

#[cfg(feature = "tools")]
mod tools {
    use super::*;
    use ifctl_robustness::{commands, listings, proc, records, rtnetlink};

    #[test]
    fn a_million_damaged_lines_of_proc_net_end_with_a_value_or_an_error() {
        let tally = damaged(1_000_000, &proc::line_seeds(), 4_096, proc::parse_line);
        tally.is_of_use(tally.inputs / 20);
    }

    #[test]
    fn damaged_files_of_proc_net_have_no_more_entries_than_lines() {
        let tally = damaged(100_000, &proc::seeds(), 4_096, proc::parse);
        tally.is_of_use(tally.inputs / 10);
    }

    #[test]
    fn a_million_damaged_command_lines_end_with_an_answer() {
        let seeds = commands::seeds_of_personalities();
        let tally = damaged(1_000_000, &seeds, 1_024, commands::run_personality);
        tally.is_of_use(tally.inputs / 20);
    }

    #[test]
    fn damaged_words_of_ifctl_end_with_an_answer() {
        let tally = damaged(5_000, &commands::seeds_of_ifctl(), 1_024, commands::run);
        tally.is_of_use(tally.inputs / 50);
    }

    #[test]
    fn damaged_files_of_the_host_end_with_an_answer() {
        let tally = damaged(50_000, &commands::file_seeds(), 4_096, commands::with_files);
        tally.is_of_use(tally.inputs / 10);
    }

    #[test]
    fn damaged_records_names_and_addresses_are_read_back_as_they_were() {
        let tally = damaged(100_000, &records::seeds(), 512, records::read);
        tally.is_of_use(tally.inputs);
    }

    #[test]
    fn what_a_damaged_kernel_answers_to_the_library_is_counted_and_ends() {
        let tally = damaged(10_000, &rtnetlink::seeds(), 6_000, rtnetlink::ask);
        tally.is_of_use(tally.inputs / 3);
    }

    #[test]
    fn listings_of_what_a_damaged_kernel_tells_end_and_disturb_no_terminal() {
        let tally = damaged(50_000, &listings::seeds(), 8_192, listings::list);
        tally.is_of_use(2 * tally.inputs);
    }
}
