package io.dynamodblake.conf;

import java.time.Duration;

/** Of {@code status}: where lake tables lie, and how old they may be. */
public final class StatusKeys {
  private StatusKeys() {}

  public static final Option<String> PREFIX =
      Option.text("prefix", "PREFIX")
          .at(0)
          .means("folder that lake tables lie in, or one of them. Any Hadoop path")
          .changeWhen("always given; in a file under the key `prefix`");

  public static final Option<Duration> MAX_AGE =
      Option.duration("max-age")
          .means(
              "how old the moment may be that a table shows, such as 26h: if one is older, or nobody knows its moment, they are named"
                  + " and the exit code is 3. Without it only broken tables are")
          .changeWhen("a scheduler or an alarm asks");

  public static final Option<Long> DEPTH =
      Option.count("depth", 0, 20)
          .orElse("3")
          .means("how many folders deep below PREFIX to look for tables; 0 is PREFIX itself")
          .changeWhen("tables lie deeper, and the output says that there are deeper folders");
}
