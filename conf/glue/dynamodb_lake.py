"""Runs a command of the job jar where a Spark session is there already and a script is asked for: Glue, Databricks. docs/recipes.md."""

import sys

from pyspark.sql import SparkSession

# What follows the argument "--" is the command line.
arguments = sys.argv[sys.argv.index("--") + 1 :]

jvm = SparkSession.builder.getOrCreate().sparkContext._jvm
# The command then leaves the process alone when all is well; otherwise it ends it with its exit code, which fails the job.
jvm.java.lang.System.setProperty("spark.submit.deployMode", "cluster")
command = jvm.java.lang.reflect.Array.newInstance(jvm.java.lang.Class.forName("java.lang.String"), len(arguments))
for place, argument in enumerate(arguments):
    command[place] = argument
jvm.io.dynamodblake.job.Main.main(command)
