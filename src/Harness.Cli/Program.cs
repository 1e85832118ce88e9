using Harness.Cli;

// SpecFlow reports each run to its makers unless told not to; a lab's runs are the lab's.
Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");

return await CommandHost.InvokeAsync(CommandTree.Create(), args);
