//! The script for zsh.

use super::bash::quoted;
use super::offers::{Offer, Offers, Tool, Word, arguments, places, programs};

/// What does not depend on the words.
const FUNCTIONS: &str = r#"
_ifctl_devices() {
    local -a devices
    devices=(/sys/class/net/*(N-/:t))
    compadd -a devices
}

# Offers words with what is said of them. Options are offered to whoever has typed a dash.
_ifctl_offer() {
    local -a offered
    if [[ $PREFIX == -* ]]; then
        offered=("$@")
    else
        offered=(${@:#-*})
    fi
    _describe -t words word offered
}

_ifctl() {
    local tool=${words[1]:t} place=first previous= index
    if [[ $tool == ifctl && CURRENT -gt 2 ]]; then
        tool=${words[2]}
        index=3
        case $tool in
        (@TOOLS@) ;;
        (*) tool=ifctl-$tool ;;
        esac
    else
        index=2
    fi
    while ((index < CURRENT)); do
        previous=${words[index]}
        if [[ $previous != -* ]]; then
            place=later
        fi
        if _ifctl_takes_argument "$tool $previous"; then
            index=$((index + 1))
        fi
        index=$((index + 1))
    done
    if ((index == CURRENT)); then
        previous=
    fi
    if compset -P '--*='; then
        previous=${IPREFIX%=}
    fi
    if ! _ifctl_argument "$tool $previous"; then
        _ifctl_word "$tool $place"
    fi
}
"#;

/// Returns the script.
pub(super) fn script(tools: &[Tool]) -> String {
    let programs = programs();
    let of_net_tools = programs.get(1..).unwrap_or_default().join("|");
    let mut text = format!("#compdef {}\n", programs.join(" "));
    text += "# zsh completion for ifctl and net-tools' tools, made by: ifctl completions zsh\n";
    text += &FUNCTIONS.replace("@TOOLS@", &of_net_tools);
    let arguments = arguments(tools, values);
    let words =
        |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join("|");
    let all_words: Vec<_> = arguments.iter().flat_map(|(_, words)| words.clone()).collect();
    text += "\n_ifctl_takes_argument() {\n    case $1 in\n";
    text += &format!("    ({}) ;;\n    (*) return 1 ;;\n    esac\n}}\n", words(&all_words));
    text += "\n_ifctl_argument() {\n    case $1 in\n";
    for (offer, tools_words) in &arguments {
        text += &format!("    ({}) {offer} ;;\n", words(tools_words));
    }
    text += "    (*) return 1 ;;\n    esac\n    return 0\n}\n\n_ifctl_word() {\n    case $1 in\n";
    for (place, offers) in places(tools) {
        text += &format!("    ({}) {} ;;\n", quoted(&place), all(offers));
    }
    text += "    esac\n}\n\n";
    // Read as a function of fpath it is called at once; sourced, it only says what it is for.
    text += "if [[ ${funcstack[1]} == _ifctl ]]; then\n    _ifctl \"$@\"\nelse\n";
    text += &format!("    compdef _ifctl {}\nfi\n", programs.join(" "));
    text
}

fn all(offers: &Offers) -> String {
    let words: Vec<_> = offers.words.iter().map(described).collect();
    match (&offers.values, words.is_empty()) {
        (Offer::Nothing, true) => ":".to_owned(),
        (Offer::Nothing, false) => format!("_ifctl_offer {}", words.join(" ")),
        (offer, true) => values(offer),
        (offer, false) => format!("_ifctl_offer {}; {}", words.join(" "), values(offer)),
    }
}

/// Returns a word and what is said of it, with a colon between them.
fn described(word: &Word) -> String {
    quoted(&format!("{}:{}", word.name.replace(':', "\\:"), word.about))
}

fn values(offer: &Offer) -> String {
    match offer {
        Offer::Nothing => ":".to_owned(),
        Offer::Devices => "_ifctl_devices".to_owned(),
        Offer::Files => "_files".to_owned(),
        Offer::Folders => "_files -/".to_owned(),
        Offer::Commands => "_command_names -e".to_owned(),
        Offer::Words(words) => {
            let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
            format!("compadd -- {}", words.join(" "))
        }
    }
}
