// How to get the same bits again: commands, and the resolved configuration.

/** A word as a shell reads it. */
function shell_word(text) {
  return /^[A-Za-z0-9._\/+=:,@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function command(text, words) {
  return element("div", { class: "command" }, element("p", {}, words), element("pre", { tabindex: 0 }, text));
}

/** `precipice train` with every setting that is not that of the built-in experiment. */
function train_command(run) {
  const settings = data.details[run].set;
  if (!settings) return null;
  return ["precipice train", ...settings.map((setting) => `--set ${shell_word(setting)}`)].join(" \\\n  ");
}

function commands_of_all(directory) {
  return [
    command(`precipice sweep experiment.toml --out ${directory}`, "The whole, from the configuration below:"),
    command(`precipice reproduce ${directory}`, "Every cell again, compared bit for bit with these results:"),
  ];
}

function commands_of_run(run, directory) {
  const train = train_command(run),
    digest = field(run, "state_digest");
  return [
    element("h3", {}, place_text(run)),
    train
      ? command(train, "This run alone:")
      : element(
          "p",
          { class: "quiet" },
          "There is no command for this run alone: its file is missing, or it began from a checkpoint.",
        ),
    digest ? element("p", {}, "It ends in the state ", element("code", { class: "digest" }, digest), ".") : null,
    command(`precipice anatomy ${directory} --run ${field(run, "key")}`, "Its figure, with every record:"),
  ];
}

function show_reproduce() {
  const directory = shell_word(`results/${data.name || "sweep"}`);
  const was_open = by_id("configuration") ? by_id("configuration").open : false;
  const configuration =
    data.toml === null
      ? element("p", { class: "note" }, "The directory has no experiment.toml; its manifest.json says the same.")
      : element(
          "details",
          { id: "configuration", open: was_open },
          element("summary", {}, "Resolved configuration: experiment.toml"),
          element("pre", { tabindex: 0 }, data.toml),
        );
  put(
    "reproduce",
    element("p", { class: "quiet" }, `With the directory as ${directory}, and a program of the version above.`),
    commands_of_all(directory),
    state.run === null ? [] : commands_of_run(state.run, directory),
    configuration,
  );
}
