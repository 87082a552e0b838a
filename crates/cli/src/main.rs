//! The program: what it does under which name, the library tells.
#![forbid(unsafe_code)]
#![no_main]

ifctl_linux::start!(ifctl::main);
