package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code docs/training-sets.md} says; its code is run by the peers. */
class TrainingSetsPageTest {
  private static final Pattern OPTION = Pattern.compile("`--([a-z-]+)");

  private final String page;

  TrainingSetsPageTest() throws IOException {
    page = Files.readString(Path.of("..", "docs", "training-sets.md"));
  }

  /** The rows of the table under a heading, without its first two lines. */
  private List<String> table(String heading) {
    String section = page.substring(page.indexOf("\n## " + heading + "\n") + 4);
    return section
        .substring(0, section.indexOf("\n## "))
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .toList();
  }

  @Test
  void everyOptionThatThePageNamesIsOneOfTheCommand() {
    Set<String> known =
        CommandKeys.TRAINING_SET.stream().map(Option::key).collect(Collectors.toSet());
    Set<String> named =
        OPTION.matcher(page).results().map(found -> found.group(1)).collect(Collectors.toSet());

    assertThat(known).containsAll(named);
    assertThat(named).hasSizeGreaterThan(20);
  }

  @Test
  void theRuleOfTheSplitIsTheOneThatIsKept() {
    SplitRule rule = SplitRule.ofGroup("dynamodb-lake", List.of("80", "10", "10"));

    assertThat(page)
        .contains("u = first 8 hex digits of md5(salt + \"|\" + group) / 2^32")
        .contains("train if u < 0.8, validation if u < 0.9, else test");
    assertThat(rule.words().replace("'", "\"").replace("0.80", "0.8").replace("0.90", "0.9"))
        .startsWith("u = first 8 hex digits of md5(salt + \"|\" + group) / 2^32")
        .endsWith("train if u < 0.8, validation if u < 0.9, else test");
  }

  @Test
  void everyKindOfFeatureHasARow() {
    String rows = String.join("\n", table("Features"));
    Set<String> kinds =
        Arrays.stream(Feature.Kind.values()).map(Feature.Kind::word).collect(Collectors.toSet());

    assertThat(kinds).allMatch(kind -> rows.contains("`" + kind + "`"));
  }

  @Test
  void warningsHaveTheBoundsThatAreKept() {
    String rows = String.join("\n", table("What is said of a set"));

    assertThat(rows)
        .contains("saves %.0f %% or more".formatted(100 * Foretelling.SUSPICIOUS))
        .contains(
            String.format(Locale.ROOT, "area under the curve is %s", Foretelling.SUSPICIOUS_AREA))
        .contains("correlation with a number " + Foretelling.SUSPICIOUS_CORRELATION)
        .contains("is %s or more, with a hundred rows".formatted(Drift.LARGE));
    assertThat(Drift.FEWEST_ROWS).isEqualTo(100);
    assertThat(page)
        .contains(String.format(Locale.ROOT, "%,d different numbers", Spread.MOST_VALUES));
  }

  @Test
  void everyFileOfASetHasARow() {
    String rows = String.join("\n", table("What is written"));
    for (String file :
        List.of(
            TrainingFolder.CARD,
            TrainingFolder.PAGE,
            TrainingFolder.SCHEMA,
            TrainingFolder.STATISTICS,
            TrainingFolder.MANIFEST,
            TrainingFolder.VOCABULARIES + "/<feature>.json",
            TrainingFolder.DATA + "/train-00000-of-00001.parquet")) {
      Matcher row = Pattern.compile("(?m)^\\| `" + Pattern.quote(file) + "`").matcher(rows);
      assertThat(row.find()).as(file).isTrue();
    }
  }
}
