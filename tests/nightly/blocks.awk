# SPDX-License-Identifier: Apache-2.0
# Takes the fenced blocks of a document apart, by the rules that tests/nightly/docs.sh states: into the folder `to`, for the
# command block in line N, N.sh, N.first, and N.shown if output stands behind it. Prints a row for each command block, line|mark|text,
# mark being run, night, not or fault, and of what it says besides: ends|line|status, needs|line|words.
function fault(text) { print FNR "|fault|" text }
function take(key, value) {
    if (key in note && key != "first") fault("two comments '" key "'")
    note[key] = key == "first" && key in note ? note[key] "\n" value : value
}
function begin_commands(    file) {
    command = FNR
    file = to "/" FNR
    printf "" >(file ".sh")
    print note["first"] >(file ".first")
    close(file ".first")
    into = file ".sh"
    if ("not run" in note && "nightly" in note) fault("it cannot be both run at night and not run")
    if ("not run" in note) print FNR "|not|" note["not run"]
    else if ("nightly" in note) print FNR "|night|" note["nightly"]
    else print FNR "|run|"
    if ("ends with" in note) print "ends|" FNR "|" note["ends with"]
    if ("needs" in note) print "needs|" FNR "|" note["needs"]
}
function begin_output() {
    if (!command) fault("output of no command in this section; a drawing is marked ```text")
    else if (command in shown) fault("a second output of the commands in line " command)
    else {
        into = to "/" command ".shown"
        shown[command] = 1
        printf "" >into
    }
}
function begin(language) {
    fence = 1
    into = ""
    if (language == "sh") begin_commands()
    else if (language == "") begin_output()
    else if (language !~ /^(text|json|python|verilog|systemverilog)$/) fault("a block of an unknown language, " language)
    if (language != "sh" && length(note)) fault("a comment for commands above a block of none")
    delete note
}
fence && /^ *```[ \t]*$/ {
    if (into) close(into)
    fence = 0
    next
}
fence {
    if (into) print >into
    if (/^ *\$ /) fault("commands stand in blocks ```sh, without a prompt")
    next
}
/^ *(```|~~~)/ {
    if (!/^```/) fault("a fence stands at the beginning of its line, of three `")
    begin(substr($0, 4))
    next
}
/^<!-- (not run|nightly|first|needs|ends with): .* -->$/ {
    text = substr($0, 6, length($0) - 9)
    take(substr(text, 1, index(text, ":") - 1), substr(text, index(text, ":") + 2))
    next
}
length(note) { fault("a comment for commands with no block below it"); delete note }
/^#/ { command = 0 }
END { if (fence) fault("a block without an end") }
