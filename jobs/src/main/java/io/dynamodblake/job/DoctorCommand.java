package io.dynamodblake.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.DoctorKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is missing to run here. */
final class DoctorCommand implements Command {
  private static final Envelope DOCUMENT = new Envelope("doctor", 1);

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "Looks for what is missing to run here, and says the remedy";
  }

  @Override
  public String synopsis() {
    return "doctor [TABLE] [--place DIR] [--database NAME] [--kms-key KEY] [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Looks at Java, Spark, Hadoop, Iceberg, the Region and whose credentials are found; at a table: point-in-time recovery and"
            + " exports; at folders, a database of Glue and a key of KMS. One line for each, with its remedy. Nothing is changed, but for what"
            + " --probe says.",
        "The exit code is 5 if a service fails or refuses, 2 if something is missing on this machine, and 0 otherwise. A missing Region"
            + " or missing credentials are a warning where nothing of AWS was asked for.");
  }

  @Override
  public List<Option<?>> options() {
    return CommandKeys.DOCTOR;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "doctor",
        "doctor Orders --place s3://exports/,s3://lake/ --database shop --region eu-west-1",
        "doctor --place s3://lake/ --probe");
  }

  @Override
  public void run(CommandRun run) {
    Optional<String> table = run.find(DoctorKeys.TABLE).map(Arns::checkedTable);
    AccountChecks.Subjects subjects =
        new AccountChecks.Subjects(
            table, run.find(DoctorKeys.DATABASE), run.find(DoctorKeys.KMS_KEY));
    List<String> places = run.find(DoctorKeys.PLACES).orElse(List.of());
    Examination examination = new Examination(run.value(DoctorKeys.TIMEOUT));
    try (AwsClients clients = AwsArguments.clients(run, table)) {
      LocalChecks.run(examination);
      boolean needed =
          !subjects.isEmpty()
              || places.stream().anyMatch(place -> place.toLowerCase(Locale.ROOT).startsWith("s3"));
      new AccountChecks(examination, clients).run(subjects, needed);
      for (String place : places) {
        PlaceChecks.run(
            examination, Sessions.hadoopConfiguration(), place, run.value(DoctorKeys.PROBE));
      }
    }
    List<Examination.Finding> findings = examination.findings();
    if (run.value(RunKeys.JSON)) {
      run.print(JsonDocuments.printAnswer(document(findings)));
    } else {
      lines(run, findings);
    }
    if (findings.stream().anyMatch(finding -> finding.isFailure() && finding.remote())) {
      run.endsWith(ExitCode.REMOTE_FAILED);
    } else if (findings.stream().anyMatch(Examination.Finding::isFailure)) {
      run.endsWith(ExitCode.WRONG_USAGE);
    }
  }

  private static long count(List<Examination.Finding> findings, Diagnosis.Grade grade) {
    return findings.stream().filter(finding -> finding.outcome().grade() == grade).count();
  }

  private static void lines(CommandRun run, List<Examination.Finding> findings) {
    TextTable table =
        new TextTable(
            List.of("", "CHECK", "FINDING"),
            List.of(TextTable.Column.LEFT, TextTable.Column.FLEXIBLE, TextTable.Column.FLEXIBLE));
    for (Examination.Finding finding : findings) {
      Diagnosis outcome = finding.outcome();
      table.add(
          outcome.grade() == Diagnosis.Grade.SKIPPED ? "-" : outcome.grade().key(),
          finding.check(),
          outcome.text() + outcome.remedy().map(remedy -> "; " + remedy).orElse(""));
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
    long failed = count(findings, Diagnosis.Grade.FAIL);
    run.print("");
    run.print(
        "%s%s"
            .formatted(
                failed == 0
                    ? run.terminal().green("Nothing is missing")
                    : run.terminal().red(Quantities.count(failed) + " failed"),
                ", %s"
                    .formatted(
                        Quantities.count(count(findings, Diagnosis.Grade.WARN), "warning"))));
  }

  private static ObjectNode document(List<Examination.Finding> findings) {
    ObjectNode tree = DOCUMENT.begin();
    tree.put("failed", count(findings, Diagnosis.Grade.FAIL));
    tree.put("warnings", count(findings, Diagnosis.Grade.WARN));
    ArrayNode checks = tree.putArray("checks");
    for (Examination.Finding finding : findings) {
      ObjectNode node = checks.addObject();
      node.put("check", finding.check());
      node.put("result", finding.outcome().grade().key());
      node.put("finding", finding.outcome().text());
      JsonDocuments.put(node, "remedy", finding.outcome().remedy());
    }
    return tree;
  }
}
