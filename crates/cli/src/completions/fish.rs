//! The script for fish.

use super::offers::{Offer, Offers, Tool, arguments, places, programs};

/// What does not depend on the words.
const FUNCTIONS: &str = r#"
function __ifctl_devices
    for path in /sys/class/net/*
        if test -d $path
            string replace -r '.*/' '' -- $path
        end
    end
end

function __ifctl
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l place first
    set -l previous
    set -l tool (string replace -r '.*/' '' -- $words[1])
    if test "$tool" = ifctl; and test (count $words) -gt 1
        set -e words[1]
        set tool $words[1]
        switch $tool
            case @TOOLS@
            case '*'
                set tool ifctl-$tool
        end
    end
    set -l index 2
    while test $index -le (count $words)
        set previous $words[$index]
        if not string match -q -- '-*' $previous
            set place later
        end
        if __ifctl_takes_argument "$tool $previous"
            set index (math $index + 1)
        end
        set index (math $index + 1)
    end
    if test $index -eq (math (count $words) + 1)
        set previous
    end
    if string match -q -- '--*=*' $current
        set previous (string replace -r '=.*' '' -- $current)
        set -l value (string replace -r '^[^=]*=' '' -- $current)
        for word in (__ifctl_argument "$tool $previous" $value)
            echo "$previous=$word"
        end
    else if not __ifctl_argument "$tool $previous" $current
        __ifctl_word "$tool $place" $current
    end
end
"#;

/// Returns the script.
pub(super) fn script(tools: &[Tool]) -> String {
    let programs = programs();
    let of_net_tools = programs.get(1..).unwrap_or_default().join(" ");
    let mut text = String::from(
        "# fish completion for ifctl and net-tools' tools, made by: ifctl completions fish\n",
    );
    text += &FUNCTIONS.replace("@TOOLS@", &of_net_tools);
    let arguments = arguments(tools, values);
    let words =
        |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let all_words: Vec<_> = arguments.iter().flat_map(|(_, words)| words.clone()).collect();
    text += "\nfunction __ifctl_takes_argument\n    contains -- $argv[1] ";
    text += &format!("{}\nend\n", words(&all_words));
    text += "\nfunction __ifctl_argument\n    switch $argv[1]\n";
    for (offer, tools_words) in &arguments {
        text += &format!("        case {}\n{offer}", words(tools_words));
    }
    text += "        case '*'\n            return 1\n    end\n    return 0\nend\n\n";
    text += "function __ifctl_word\n    switch $argv[1]\n";
    for (place, offers) in places(tools) {
        text += &format!("        case {}\n{}", quoted(&place), all(offers));
    }
    text += "    end\nend\n\n";
    for program in programs {
        text += &format!("complete -c {program} -f -a '(__ifctl)'\n");
    }
    text
}

fn all(offers: &Offers) -> String {
    let mut text = String::new();
    if !offers.words.is_empty() {
        let words = offers.words.iter().flat_map(|word| [quoted(&word.name), quoted(&word.about)]);
        let words: Vec<_> = words.collect();
        text += &format!("            printf '%s\\t%s\\n' {}\n", words.join(" "));
    }
    text + &values(&offers.values)
}

fn values(offer: &Offer) -> String {
    let line = match offer {
        Offer::Nothing => return String::new(),
        Offer::Devices => "__ifctl_devices".to_owned(),
        Offer::Files => "__fish_complete_path $argv[2]".to_owned(),
        Offer::Folders => "__fish_complete_directories $argv[2]".to_owned(),
        Offer::Commands => "__fish_complete_command".to_owned(),
        Offer::Words(words) => {
            let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
            format!("printf '%s\\n' {}", words.join(" "))
        }
    };
    format!("            {line}\n")
}

/// Returns a word as fish reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', r"\\").replace('\'', r"\'"))
}
