package io.dynamodblake.job;

import io.dynamodblake.conf.CatalogKeys;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import java.util.List;

/** Makes a lake table known to the Glue Data Catalog, and so to Athena. */
final class RegisterCommand implements Command {
  @Override
  public String name() {
    return "register";
  }

  @Override
  public String summary() {
    return "Creates or updates the Glue table of a lake table, so that Athena sees its current snapshot";
  }

  @Override
  public String synopsis() {
    return "register DIR [--database NAME] [--table NAME] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Does without Athena what the statements in athena.sql do: creates the database and the table if they are not there,"
            + " and otherwise points the table at the current snapshot, with its columns and partitions. A table that this"
            + " program did not make, or made for another lake table, is left alone. Run again, it changes nothing.",
        "Which permissions it needs is in conf/iam/register.json.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.REGISTER;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "register s3://lake/orders --database shop",
        "register s3://lake/orders --database shop --dry-run");
  }

  @Override
  public void run(CommandRun run) {
    boolean dryRun = run.value(CatalogKeys.REGISTER_DRY_RUN);
    List<Registration.Result> results =
        Registration.run(
            run, run.value(CatalogKeys.REGISTER_DIR), run.find(CatalogKeys.REGISTER_TABLE), dryRun);
    run.progress().close();
    if (run.value(RunKeys.JSON)) {
      run.terminal().out().print(Registration.json(results, dryRun));
    } else {
      Registration.summary(results, dryRun).forEach(run::print);
    }
    Registration.history(
        run, run.value(CatalogKeys.REGISTER_DIR), run.find(CatalogKeys.REGISTER_TABLE), dryRun);
  }
}
