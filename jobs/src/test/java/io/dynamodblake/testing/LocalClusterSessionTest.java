package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalClusterSessionTest {

  @Test
  void aFailedDriverIsSeen() throws Exception {
    LocalClusterSession.Result result = LocalClusterSession.run(Refusal.class);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.errors()).contains("refused");
  }

  /** A driver that ends with an exit code of its own. */
  static final class Refusal {
    public static void main(String[] arguments) {
      System.err.println("refused");
      System.exit(3);
    }
  }
}
