namespace Harness.Cli.Commands.Measuring;

/// <summary>The command-line options that the measuring commands share.</summary>
internal sealed class MeasureOptions
{
    /// <summary>Default number of samples: the least for a p99.</summary>
    public const int DefaultSamples = OrderStatistics.SamplesForP99;

    /// <summary>Default number of samples on exact counts, where 3 equal ones are complete.</summary>
    public const int DefaultExactSamples = 10;

    /// <summary>Payload bytes where none are asked for.</summary>
    public const int DefaultBytes = 16;

    public Argument<string?> Operation { get; } = new("OP") { Description = "the operation; --list names them", Arity = ArgumentArity.ZeroOrOne };

    public Option<string> Device { get; } = new("--device") { Description = "a device or role of the rig [default: board]" };

    public Option<int?> Samples { get; } = new("--samples") { Description = $"how many [default: {DefaultSamples}, on exact counts {DefaultExactSamples}]" };

    public Option<int?> WarmUp { get; } = new("--warmup") { Description = "runs before the first sample, shown apart [default: a tenth of the samples, 3 to 100]" };

    public Option<int> Bytes { get; } = new("--bytes") { Description = "payload of seal, open and publish-receive", DefaultValueFactory = _ => DefaultBytes };

    public Option<string> Rig { get; } = new("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };

    public Option<ulong> Seed { get; } = new("--seed") { Description = "seed of every interval", DefaultValueFactory = _ => Bootstrap.DefaultSeed };

    public Option<bool> NoCalibration { get; } = new("--no-calibration") { Description = "leave the calibration out: numbers then carry no floor" };

    public Option<TimeSpan> Wait { get; } = WaitOption.Create();

    public Option<string[]> Plugin { get; } = PluginOption.Create();

    public MeasureOptions()
    {
        Samples.Validators.Add(CommandHost.Between(1, 10_000_000));
        WarmUp.Validators.Add(CommandHost.Between(0, 1_000_000));
        Bytes.Validators.Add(CommandHost.Between(0, 1 << 20));
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Operation);
        foreach (var option in (Option[])[Device, Samples, WarmUp, Bytes, Rig, Seed, NoCalibration, Wait, Plugin])
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the rig, the options of the bench to measure on, and the requested measurement.</summary>
    /// <exception cref="FormatException">There is no such operation or device.</exception>
    public (RigFile Rig, TestBenchOptions Bench, DeviceEntry Device, MeasureRequest? Request) Read(ParseResult parsed)
    {
        var rig = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(Rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, Plugin));
        var device = DeviceArgument.Find(rig, parsed.GetValue(Device) ?? (rig.Find("board") is null ? rig.Devices.Keys.First() : "board"));
        var exact = device.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
        var typed = parsed.GetValue(Operation);
        var bench = new TestBenchOptions { Drivers = BuiltDrivers.For(rig) }.Apply(parsed.GetValue(Wait));
        var operation = typed is null ? null : bench.Drivers.Operations.NameOf(typed);
        if (operation != typed)
        {
            StandardStreams.Error.WriteLine($"harness: {typed} is called {operation}, as in features and records; {typed} is still taken");
        }

        var samples = parsed.GetValue(Samples) ?? (exact && operation != OperationNames.PublishReceive ? DefaultExactSamples : DefaultSamples);
        return (rig, bench, device, operation is null ? null : new MeasureRequest(device.Name, operation, samples)
        {
            WarmUp = parsed.GetValue(WarmUp) ?? Math.Clamp(samples / 10, 3, 100), Bytes = parsed.GetValue(Bytes), Seed = parsed.GetValue(Seed),
            Calibrate = !parsed.GetValue(NoCalibration),
        });
    }
}
