package io.dynamodblake.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code README.md}: what the set is, for people; before that, for Hugging Face's {@code datasets},
 * where its splits are.
 */
final class Card {
  private final Findings findings;
  private final StringBuilder text = new StringBuilder();

  Card(Findings findings) {
    this.findings = findings;
  }

  String markdown() {
    if (findings.options().output().format() == TrainingOptions.Format.PARQUET) {
      configs();
    }
    line("# Training set of " + findings.source().lake().current().table());
    line("");
    line("Label: `%s`. Features: %d.", findings.labelName(), findings.kept().size());
    line("Made by dynamodb-lake `training-set`; `manifest.json` says of what, and by which rules.");
    line("");
    splits();
    if (!findings.warnings().isEmpty()) {
      line("## To be thought about");
      line("");
      findings.warnings().forEach(warning -> line("- %s", plain(warning)));
      line("");
    }
    features();
    unused();
    return text.toString();
  }

  private void configs() {
    line("---");
    line("configs:");
    line("- config_name: default");
    line("  data_files:");
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (findings.options().split().has(split)) {
        line("  - split: %s", SplitRule.NAMES.get(split));
        line("    path: data/%s-*", SplitRule.NAMES.get(split));
      }
    }
    line("---");
    line("");
  }

  private void splits() {
    line("## Splits");
    line("");
    line("`%s`", findings.options().split().words());
    line("");
    line("| split | rows | groups | largest group |%s", classHeads(" %s |"));
    line("|---|---|---|---|%s", classHeads("---|"));
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (findings.options().split().has(split)) {
        RowCounts.Groups groups = findings.groups().get(split);
        StringBuilder classes = new StringBuilder();
        if (showsClasses()) {
          findings
              .label()
              .counts(split)
              .forEach(count -> classes.append(' ').append(count).append(" |"));
        }
        line(
            "| %s | %d | %d | %d |%s",
            SplitRule.NAMES.get(split),
            findings.rows().splits()[split],
            groups.number(),
            groups.largest(),
            classes);
      }
    }
    line("");
  }

  private boolean showsClasses() {
    return findings.label().names().size() <= CardPage.MOST_CLASSES;
  }

  private String classHeads(String form) {
    StringBuilder heads = new StringBuilder();
    if (showsClasses()) {
      findings
          .label()
          .names()
          .forEach(name -> heads.append(form.formatted("`" + plain(name) + "`")));
    }
    return heads.toString();
  }

  private void features() {
    line("## Features");
    line("");
    line("| feature | kind | from | missing in train |");
    line("|---|---|---|---|");
    double rows = findings.rows().splits()[SplitRule.TRAIN];
    for (Result result : findings.kept()) {
      line(
          "| `%s` | %s | `%s` | %.1f %% |",
          result.feature().name(),
          result.feature().kind().word(),
          plain(result.feature().from()),
          100 * findings.counts().missing(result.place()).in(SplitRule.TRAIN) / rows);
    }
    line("");
  }

  private void unused() {
    List<FeaturePlan.Unused> unused = new ArrayList<>(findings.unused());
    if (unused.isEmpty()) {
      return;
    }
    line("## Not features");
    line("");
    line("| place | reason |");
    line("|---|---|");
    unused.forEach(place -> line("| `%s` | %s |", plain(place.from()), plain(place.reason())));
  }

  /** What cannot end a cell or a line of the card. */
  private static String plain(String any) {
    return any.replaceAll("[\\p{Cntrl}`]", " ").replace("|", "\\|");
  }

  private void line(String form, Object... values) {
    text.append(values.length == 0 ? form : String.format(Locale.ROOT, form, values)).append('\n');
  }
}
