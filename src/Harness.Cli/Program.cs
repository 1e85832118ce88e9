using Harness.Cli;
using Harness.Cli.Live;

// SpecFlow reports each run to its makers unless told not to; a lab's runs are the lab's.
Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");

StandardStreams.Install();
return StandardStreams.End(await CommandHost.InvokeAsync(CommandTree.Create(), args));
