package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapePathTest {
  private static final String LINE =
      """
      {"Item":{"a":{"S":"x"},"b.c":{"L":[{"N":"1"},{"M":{}},{"M":{"d":{"NULL":true},"e":{"L":[]}}}]},\
      "f":{"SS":["y","z"]},"g":{"M":{"h":{"M":{"i":{"B":"AA=="}}}}}}}""";

  // a member of a set has the path of the set
  private static final List<String> PATHS =
      List.of(
          "a",
          "['b.c']",
          "['b.c'][0]",
          "['b.c'][1]",
          "['b.c'][2]",
          "['b.c'][2].d",
          "['b.c'][2].e",
          "f",
          "f",
          "f",
          "g",
          "g.h",
          "g.h.i");

  private final ItemTape tape = new ItemTape();
  private final TapePath path = new TapePath();

  @Test
  void eachValueHasAPathWhicheverIsAskedForBefore() throws MalformedRecordException {
    byte[] line = LINE.getBytes(StandardCharsets.UTF_8);
    new ItemScanner().scan(line, 0, line.length, tape);
    path.begin(tape);

    assertThat(nodes(1)).map(this::path).isEqualTo(PATHS);
    for (int step : List.of(2, 3, 5, 8)) {
      assertThat(nodes(step)).allMatch(node -> path(node).equals(PATHS.get(node - 1)));
    }
    List<Integer> backwards = nodes(1);
    Collections.reverse(backwards);
    assertThat(backwards).allMatch(node -> path(node).equals(PATHS.get(node - 1)));
  }

  private String path(int node) {
    return new String(path.of(node), StandardCharsets.UTF_8);
  }

  /** Nodes stand on the tape from 1 on, behind the item. */
  private static List<Integer> nodes(int step) {
    List<Integer> nodes = new ArrayList<>();
    for (int node = 1; node <= PATHS.size(); node += step) {
      nodes.add(node);
    }
    return nodes;
  }
}
