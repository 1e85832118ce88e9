using Harness.Cli;

ClosedDescriptors.Hold();

// SpecFlow sends usage data to its makers unless this is off; a lab's runs are private.
Environment.SetEnvironmentVariable("SPECFLOW_TELEMETRY_ENABLED", "0");

StandardStreams.Install();
return StandardStreams.End(await CommandHost.InvokeAsync(CommandTree.Create(args), args));
