package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.testing.SparkTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class SplitRuleTest {
  private static SplitRule.OfGroup shares(String... percents) {
    return (SplitRule.OfGroup) SplitRule.ofGroup("dynamodb-lake", List.of(percents));
  }

  @Test
  void aGroupLiesWhereTheDocumentationSays() {
    SplitRule.OfGroup rule = shares("80", "10", "10");

    // python: int(hashlib.md5(b"dynamodb-lake|S4:C#17").hexdigest()[:8], 16) / 2**32
    assertThat(DocumentedSplit.place(rule, "S4:C#17")).isEqualTo(0.8652680537197739);
    assertThat(rule.words())
        .isEqualTo(
            "u = first 8 hex digits of md5(salt + '|' + group) / 2^32; train if u < 0.80, validation if u < 0.90, else test");
  }

  @Test
  void otherSharesMoveOnlyTheGroupsBetweenTheOldBoundAndTheNew() {
    for (int i = 0; i < 2000; i++) {
      String group = "S6:" + "%06d".formatted(i);
      int narrow = DocumentedSplit.split(shares("70", "10", "20"), group);
      int wide = DocumentedSplit.split(shares("80", "10", "10"), group);
      assertThat(wide).as(group).isLessThanOrEqualTo(narrow);
    }
  }

  @Test
  void sparkSaysTheSame() {
    Random random = new Random(3);
    List<String> groups = new ArrayList<>(List.of("", "S3:é", "S4:😀", "S500:" + "x".repeat(500)));
    for (int i = 0; i < 500; i++) {
      groups.add("S8:" + Long.toString(random.nextLong(), 36));
    }
    SplitRule.OfGroup rule = shares("60", "25.5", "14.5");
    List<Integer> found =
        SparkTest.session()
            .createDataset(groups, Encoders.STRING())
            .select(rule.split(functions.col("value")).cast("int"))
            .as(Encoders.INT())
            .collectAsList();

    assertThat(found)
        .isEqualTo(groups.stream().map(group -> DocumentedSplit.split(rule, group)).toList())
        .contains(0, 1, 2);
  }

  @Test
  void aSplitMayBeLeftOutAndSharesMakeAHundred() {
    assertThat(shares("80", "0", "20").has(SplitRule.VALIDATION)).isFalse();
    assertThat(shares("80", "20", "0").has(SplitRule.TEST)).isFalse();
    for (List<String> wrong :
        List.of(
            List.of("80", "20"),
            List.of("80", "10", "20"),
            List.of("0", "50", "50"),
            List.of("110", "-20", "10"),
            List.of("many", "10", "10"))) {
      assertThatThrownBy(() -> SplitRule.ofGroup("", wrong))
          .isInstanceOf(UsageException.class)
          .hasMessage(
              "Cannot read --split: give three numbers for train, validation and test that make 100, such as 80,10,10");
    }
  }

  @Test
  void rowsSoShortlyBeforeATimeAreInNoSplit() {
    Instant first = Instant.ofEpochSecond(1000);
    Instant second = Instant.ofEpochSecond(2000);
    SplitRule.OfTime rule =
        (SplitRule.OfTime) SplitRule.ofTime(List.of(first, second), Duration.ofSeconds(100), true);
    List<Long> seconds = List.of(899L, 900L, 999L, 1000L, 1899L, 1900L, 1999L, 2000L);
    List<Integer> splits =
        SparkTest.session()
            .createDataset(seconds, Encoders.LONG())
            .select(rule.split(functions.col("value").multiply(1_000_000L)).cast("int"))
            .as(Encoders.INT())
            .collectAsList();

    assertThat(splits).containsExactly(0, -1, -1, 1, 1, -1, -1, 2);
    assertThat(rule.words())
        .isEqualTo(
            "train before 1970-01-01T00:16:40Z, validation before 1970-01-01T00:33:20Z, then test; rows up to PT1M40S before are left out;"
                + " a group is left to the last split that it has rows in, its earlier rows are left out");
    assertThatThrownBy(() -> SplitRule.ofTime(List.of(second, first), Duration.ZERO, true))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read --split-times: give one time, from which on rows are test, or two, the earlier one first");
  }
}
