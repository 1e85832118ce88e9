using Harness.Cli;
using Harness.Cli.Live;

// SpecFlow reports each run to its makers unless told not to; a lab's runs are the lab's.
Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");

// A terminal that is closed and a pipe whose reader left end the output, not the run.
Console.SetOut(new LastingWriter(Console.Out));
Console.SetError(new LastingWriter(Console.Error));

return await CommandHost.InvokeAsync(CommandTree.Create(), args);
