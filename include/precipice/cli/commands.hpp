#pragma once

/// Every subcommand of the program, one per file of src/cli.
namespace precipice::cli {

class Commands;

void add_formats(Commands& commands);
void add_advise(Commands& commands);
void add_audit(Commands& commands);
void add_eval(Commands& commands);
void add_experiments(Commands& commands);
void add_train(Commands& commands);
void add_sweep(Commands& commands);
void add_phase(Commands& commands);
void add_anatomy(Commands& commands);
void add_report(Commands& commands);
void add_table(Commands& commands);
void add_outcomes(Commands& commands);
void add_attribute(Commands& commands);
void add_verify(Commands& commands);
void add_check(Commands& commands);
void add_collect(Commands& commands);
void add_reproduce(Commands& commands);
void add_slurm(Commands& commands);
void add_completions(Commands& commands);
void add_help(Commands& commands);

}  // namespace precipice::cli
