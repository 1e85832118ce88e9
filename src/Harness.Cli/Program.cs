using System.CommandLine;
using Harness.Cli;
using Harness.Cli.Commands;

// SpecFlow reports each run to its makers unless told not to; a lab's runs are the lab's.
Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");

var root = new RootCommand(
    """
    Hardware-in-the-loop test harness for MQTT security.

    First steps:
      ./harness run                                  all features on the emulated rig (rigs/sim.yaml)
      ./harness run --list                           what would run
      ./harness run features/handshake/login.feature:10
      ./harness test                                 every test of the project
      ./harness vectors tests/vectors/vectors.json --device board
      ./harness COMMAND --help                       options and examples

    Exit status: 0 all passed; 1 a scenario failed; 2 usage or configuration; 3 the rig broke; 4 inconclusive; 130 aborted.
    """)
{
    RunCommand.Create(),
    TestCommand.Create(),
    BrokerCommand.Create(),
    EnrollCommand.Create(),
    VectorsCommand.Create(),
};

return await CommandHost.InvokeAsync(root, args);
