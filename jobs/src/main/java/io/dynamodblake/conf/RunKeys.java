package io.dynamodblake.conf;

/** Of a run as such, whatever its command does: its options file, its result, who is told of it. */
public final class RunKeys {
  private RunKeys() {}

  public static final Option<String> CONF_FILE =
      Option.text("conf-file", "FILE")
          .means(
              "a properties file with options, without their dashes; the command line wins over it")
          .changeWhen("a job runs again and again; see conf/jobs/");

  public static final Option<String> REPORT =
      Option.text("report", "FILE")
          .means(
              "also write a report of the run there, whatever comes of it: counts, seconds, exit code and error, no values. Any"
                  + " Hadoop path; one that ends with a slash is a folder in which every run gets a file of its own")
          .changeWhen("a scheduler or another program reads what came of the run");

  public static final Option<String> PROGRESS =
      Option.choice("progress", "auto", "bar", "lines", "none")
          .orElse("auto")
          .means("how progress is shown on stderr; auto is a bar on a terminal and lines elsewhere")
          .changeWhen("a scheduler's log should stay short (none), or auto guesses wrongly");

  public static final Option<Boolean> STACKTRACE =
      Option.flag("stacktrace")
          .means("after an error also print the Java stack trace on stderr")
          .changeWhen("an error is to be reported");

  public static final Option<Boolean> JSON =
      Option.flag("json")
          .means("print the result as one JSON document, the run report, on stdout")
          .changeWhen("a program reads the result");

  public static final Option<String> METRICS =
      Option.choice("metrics", "none", "emf", "cloudwatch")
          .orElse("none")
          .means(
              "publish items, bytes, rejects, rescued values, seconds, age of the data and failures when the run ends: emf prints"
                  + " one line of CloudWatch's Embedded Metric Format on stderr, cloudwatch calls PutMetricData")
          .changeWhen(
              "runs are watched: emf where stderr goes to CloudWatch Logs, cloudwatch elsewhere");

  public static final Option<String> METRICS_NAMESPACE =
      Option.text("metrics-namespace", "NAME")
          .orElse("dynamodb-lake")
          .means("namespace of the metrics in CloudWatch")
          .changeWhen("several teams or stages share an account");

  public static final Option<String> NOTIFY_TOPIC =
      Option.text("notify-topic", "ARN")
          .means(
              "a standard topic of SNS that gets one message if the exit code is not 0: what failed, why, how to go on")
          .changeWhen("somebody should hear of failures at once");
}
