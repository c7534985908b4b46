package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefectCountsTest {
  private static List<String> texts(DefectCounts<Long> counts) {
    return counts.mostFrequentFirst().stream()
        .map(kind -> kind.getKey() + " " + kind.getValue().items() + " " + kind.getValue().first())
        .toList();
  }

  @Test
  void theMostFrequentComesFirstAndTheLeastPlaceStays() {
    DefectCounts<Long> counts = new DefectCounts<>();
    counts.add("b", 1, 5L);
    counts.add("a", 1, 4L);
    counts.add("c", 2, 9L);
    DefectCounts<Long> others = new DefectCounts<>();
    others.add("c", 1, 7L);
    others.add("c", 1, 8L);
    others.add("d", 3, 1L);
    counts.add(others);

    assertThat(texts(counts)).containsExactly("c 4 7", "d 3 1", "a 1 4", "b 1 5");
    assertThat(counts.items()).isEqualTo(9);
  }

  @Test
  void kindsBeyondTheFirstHundredAreCountedTogether() {
    DefectCounts<Long> counts = new DefectCounts<>();
    for (long i = 0; i < 103; i++) {
      counts.add("defect " + i, 1, i);
    }
    counts.add("defect 5", 1, 200L);
    DefectCounts<Long> others = new DefectCounts<>();
    others.sameKey(1, 2, 300L);
    others.add("new", 1, 101L);
    counts.add(others);

    assertThat(counts.mostFrequentFirst()).hasSize(102);
    assertThat(texts(counts))
        .startsWith("other defects 4 100", "defect 5 2 5")
        .contains(DefectCounts.SAME_KEY + " 2 300");
    assertThat(counts.mostFrequentFirst()).extracting(Map.Entry::getKey).doesNotContain("new");
    assertThat(counts.items()).isEqualTo(107);
    assertThat(counts.repeatedKeys()).isEqualTo(1);
  }
}
