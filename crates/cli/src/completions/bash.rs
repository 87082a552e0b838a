//! The script for bash.

use super::offers::{Offer, Offers, Tool, arguments, names, places, programs};

/// What does not depend on the words. Names of devices are compared and quoted here, and never given to
/// compgen, which would expand what is in them.
const FUNCTIONS: &str = r#"
# Adds those of the words given that begin as the one at the cursor does. Options are offered to whoever has
# typed a dash.
_ifctl_offer() {
    local word
    for word; do
        if [[ $word == "$current"* && ( $word != -* || $current == -* ) ]]; then
            COMPREPLY+=("$(printf %q "$word")")
        fi
    done
}

# Adds what the shell itself can find: files, folders or commands.
_ifctl_find() {
    local -a found
    mapfile -t found < <(compgen "$@" -- "$current")
    COMPREPLY+=("${found[@]}")
    compopt -o filenames 2>/dev/null
}

_ifctl_devices() {
    local path
    for path in /sys/class/net/*/; do
        path=${path%/}
        _ifctl_offer "${path##*/}"
    done
}

_ifctl() {
    local line=${COMP_LINE:0:COMP_POINT} current previous tool place=first index
    local -a words
    COMPREPLY=()
    # COMP_WORDS is parted at colons, which aliases and addresses have.
    read -ra words <<<"$line"
    if [[ $line == *[[:blank:]] ]]; then
        words+=("")
    fi
    tool=${words[0]##*/}
    if [[ $tool == ifctl && ${#words[@]} -gt 2 ]]; then
        words=("${words[@]:1}")
        tool=${words[0]}
        case $tool in
        @TOOLS@) ;;
        *) tool=ifctl-$tool ;;
        esac
    fi
    current=${words[${#words[@]} - 1]}
    for ((index = 1; index < ${#words[@]} - 1; index++)); do
        previous=${words[index]}
        if [[ $previous != -* ]]; then
            place=later
        fi
        if _ifctl_takes_argument "$tool $previous"; then
            index=$((index + 1))
        fi
    done
    previous=
    if ((index == ${#words[@]})); then
        previous=${words[index - 2]}
    fi
    if [[ $current == --*=* ]]; then
        previous=${current%%=*}
        current=${current#*=}
    fi
    if ! _ifctl_argument "$tool $previous"; then
        _ifctl_word "$tool $place"
    fi
}
"#;

/// Returns the script.
pub(super) fn script(tools: &[Tool]) -> String {
    let programs = programs();
    let of_net_tools = programs.get(1..).unwrap_or_default().join(" | ");
    let mut text = String::from(
        "# bash completion for ifctl and net-tools' tools, made by: ifctl completions bash\n",
    );
    text += &FUNCTIONS.replace("@TOOLS@", &of_net_tools);
    let arguments = arguments(tools, values);
    let words =
        |words: &[String]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" | ");
    let all_words: Vec<_> = arguments.iter().flat_map(|(_, words)| words.clone()).collect();
    text += "\n_ifctl_takes_argument() {\n    case $1 in\n";
    text += &format!("    {}) ;;\n    *) return 1 ;;\n    esac\n}}\n", words(&all_words));
    text += "\n_ifctl_argument() {\n    case $1 in\n";
    for (offer, tools_words) in &arguments {
        text += &format!("    {}) {offer} ;;\n", words(tools_words));
    }
    text += "    *) return 1 ;;\n    esac\n    return 0\n}\n\n_ifctl_word() {\n    case $1 in\n";
    for (place, offers) in places(tools) {
        text += &format!("    {}) {} ;;\n", quoted(&place), all(offers));
    }
    text += "    esac\n}\n\n";
    text += &format!("complete -F _ifctl {}\n", programs.join(" "));
    text
}

fn all(offers: &Offers) -> String {
    let words: Vec<_> = names(&offers.words).map(quoted).collect();
    match (&offers.values, words.is_empty()) {
        (Offer::Nothing, true) => ":".to_owned(),
        (Offer::Nothing, false) => format!("_ifctl_offer {}", words.join(" ")),
        (offer, true) => values(offer),
        (offer, false) => format!("_ifctl_offer {}; {}", words.join(" "), values(offer)),
    }
}

fn values(offer: &Offer) -> String {
    match offer {
        Offer::Nothing => ":".to_owned(),
        Offer::Devices => "_ifctl_devices".to_owned(),
        Offer::Files => "_ifctl_find -f".to_owned(),
        Offer::Folders => "_ifctl_find -d".to_owned(),
        Offer::Commands => "_ifctl_find -c".to_owned(),
        Offer::Words(words) => {
            let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
            format!("_ifctl_offer {}", words.join(" "))
        }
    }
}

/// Returns a word as a POSIX shell reads it: as it is where no character means anything there.
pub(super) fn quoted(word: &str) -> String {
    let plain =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '/' | '.' | ':');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
