namespace Harness.Steps;

/// <summary>Steps of the schemes' costs: operations by party and phase, and time and bytes by message.</summary>
[Binding]
[WholeRig]
public sealed class CostSteps(RunEnvironment environment, ScenarioScope scope, AttackContext scene, CostDriver driver)
{
    // On an exact clock three equal values are complete; elsewhere a median wants more.
    private const int ExactRepetitions = 3;
    private const int Repetitions = 21;

    // A host's clock in a busy moment needs more than one round to show what about a microsecond is.
    private const int MostRounds = 15;

    private readonly List<MessageCost> _costs = [];

    // The fastest run by bytes: whatever else a shared machine does only adds to a duration. On an exact clock all runs are equal.
    private readonly Dictionary<int, double> _fastestSeal = [];
    private readonly Dictionary<int, double> _fastestOpen = [];
    private CountedTestbed? _countedTestbed;

    [When(@"^every party's operations are counted from registration to a reading of (\d+) bytes$")]
    public async Task WhenCounted(int bytes)
    {
        await scene.CastAsync(scope.Cancellation);
        var (publisher, subscriber) = (await scene.PartyAsync(scene.Publisher, scope.Cancellation), await scene.PartyAsync(scene.Subscriber, scope.Cancellation));
        _countedTestbed = await driver.BeginAsync(publisher, subscriber);
        await _countedTestbed.ReadingAsync(Reading(bytes), scope.Cancellation);
        foreach (var (phase, party, tally) in _countedTestbed.Counted)
        {
            environment.Sink.Write(new CostCounted
            {
                Scenario = scope.Id, Scheme = scene.Scheme, Label = SchemeNames.Label(scene.Scheme), Party = party, Phase = phase,
                Device = party switch { "publisher" => scene.Publisher, "subscriber" => scene.Subscriber, _ => "harness" },
                Hashes = tally.Hashes, Exponentiations = tally.Exponentiations, Ciphers = tally.Ciphers, Sha256Blocks = tally.Sha256Blocks,
                CipherBlocks = tally.CipherBlocks, Formula = Formula(scene.Scheme),
            });
        }
    }

    [Then("^they computed$")]
    public void ThenTheyComputed(Table expected)
    {
        var counted = _countedTestbed ?? throw new UnjudgeableException(
            "operations of the parties", "a count of them", "none", "When every party's operations are counted from registration to a reading of 16 bytes");
        Check.Needs(expected.RowCount > 0, "table below the step", "a row or more", "none");
        foreach (var row in expected.Rows)
        {
            var (phase, party) = (StepPatterns.Cell(row, "phase"), StepPatterns.Cell(row, "party"));
            var found = counted.Counted.Where(c => c.Phase == phase && c.Party == party).ToList();
            Check.Equal(1, found.Count, $"counts of {party} in {phase}");
            var tally = found[0].Tally;
            foreach (var (unit, seen) in ((string, long)[])[("Th", tally.Hashes), ("Tex", tally.Exponentiations), ("Ted", tally.Ciphers)])
            {
                // 1-2: a wrap that went out before its reader had subscribed goes out again.
                var limits = StepPatterns.Cell(row, unit).Split('-').Select(text => StepPatterns.Number(text, $"limit of {unit}", least: 0)).ToList();
                Check.That(seen >= limits[0] && seen <= limits[^1], $"{unit} of {party} in {phase}", row[unit], $"{seen}");
            }
        }

        Check.Equal(counted.Counted.Count, expected.RowCount, "rows of the table");
    }

    [When(@"^messages of (.+) bytes are sealed and opened on the (publisher|subscriber)$")]
    public async Task WhenMeasured(string sizes, string role)
    {
        await scene.CastAsync(scope.Cancellation);
        var device = role == "publisher" ? scene.Publisher : scene.Subscriber;
        var party = await scene.PartyAsync(device, scope.Cancellation);
        var entry = environment.Bench.Rig.Find(device);
        var unit = entry is not null && Units.TryParse(entry.TickUnit, out var parsed) ? parsed : Unit.Nanoseconds;
        var provenance = entry?.Provenance ?? Provenance.Host;
        var times = provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions ? ExactRepetitions : Repetitions;
        var lengths = sizes.Split([' ', ',', 'a', 'n', 'd'], StringSplitOptions.RemoveEmptyEntries)
            .Select(s => StepPatterns.Bytes(StepPatterns.Number(s, "number of bytes"))).ToList();
        var most = party.Capabilities.MaximumPayload;
        var seal = await SealAsync(party, [.. lengths.Where(l => l <= most)], times);
        var open = await OpenAsync(party, [.. lengths.Where(l => l <= most)], times);
        foreach (var bytes in lengths)
        {
            var fits = bytes <= most;
            var cost = new MessageCost
            {
                Scenario = scope.Id, Scheme = scene.Scheme, Label = SchemeNames.Label(scene.Scheme), Device = device, Bytes = bytes, N = fits ? seal[bytes].Times : 0,
                Seal = fits ? seal[bytes].Ticks : null, Open = fits ? open[bytes] : null, Unit = unit, Provenance = provenance,
                WireBytes = fits ? Packet(new byte[seal[bytes].Length]) : null, PlainWireBytes = Packet(new byte[bytes]),
                Reason = fits ? null : $"{device} takes at most {most} bytes",
            };
            _costs.Add(cost);
            environment.Sink.Write(cost);
        }
    }

    [Then(@"^each adds (\d+) to (\d+) bytes to the message in clear$")]
    public void ThenEachAdds(int least, int most)
    {
        foreach (var cost in Measured(1))
        {
            var added = cost.WireBytes!.Value - cost.PlainWireBytes;
            Check.That(added >= least && added <= most, $"bytes added to {cost.Bytes} bytes on {cost.Device}", $"{least} to {most}", $"{added}");
        }
    }

    [Then("^the longest costs more to seal and to open than the shortest$")]
    public void ThenLongestCostsMore()
    {
        var measured = Measured(2);
        var (first, last) = (measured[0], measured[^1]);
        var (seals, opens) = ((Of: _fastestSeal[first.Bytes], Longest: _fastestSeal[last.Bytes]), (Of: _fastestOpen[first.Bytes], Longest: _fastestOpen[last.Bytes]));
        if (!first.Provenance.IsExactCount() && (seals.Longest <= seals.Of || opens.Longest <= opens.Of))
        {
            // A difference that a shared machine's clock shows counts; one that it does not show is no finding about the device.
            throw new InconclusiveException(
                $"messages of {first.Bytes} and {last.Bytes} bytes on {last.Device}", "the longer to take longer by an exact clock",
                $"{Text(seals.Of)} and {Text(seals.Longest)} to seal, {Text(opens.Of)} and {Text(opens.Longest)} to open at the fastest, by a {first.Provenance.Word()} clock");
        }

        Check.That(seals.Longest > seals.Of, $"seal of {last.Bytes} bytes on {last.Device}", $"more than {Text(seals.Of)}", Text(seals.Longest));
        Check.That(opens.Longest > opens.Of, $"open of {last.Bytes} bytes on {last.Device}", $"more than {Text(opens.Of)}", Text(opens.Longest));

        string Text(double value) => ReadableNumber.Format(value, first.Unit, first.Provenance.IsExactCount());
    }

    /// <summary>The messages that were measured, shortest first.</summary>
    private List<MessageCost> Measured(int atLeast)
    {
        Check.Needs(
            _costs.Select(c => c.Bytes).Distinct().Count() >= atLeast, "measured messages", atLeast > 1 ? "several lengths" : "some", $"{_costs.Count}",
            "When messages of 1, 16 and 64 bytes are sealed and opened on the publisher");
        var measured = _costs.Where(c => c is { Seal: not null, WireBytes: not null }).OrderBy(c => c.Bytes).ToList();
        return measured.Count >= atLeast ? measured : throw new InconclusiveException(
            "measured messages", $"{atLeast} that the device can take", $"{measured.Count} ({_costs[0].Reason})");
    }

    /// <summary>The device publishes; a party in this process is its subscriber.</summary>
    private async Task<Dictionary<int, (double Ticks, int Length, int Times)>> SealAsync(IParty party, IReadOnlyList<int> lengths, int times)
    {
        var other = await scene.PartyAsync(AttackContext.InProcess, scope.Cancellation);
        var running = await driver.BeginAsync(party, other);
        var ticks = lengths.ToDictionary(bytes => bytes, _ => new List<double>());
        var sizes = new Dictionary<int, int>();
        await EveryLengthInTurnAsync(ticks, times, async bytes =>
        {
            var sealing = await running.Publisher.Party.SealAsync(CostDriver.Topic, Reading(bytes), scope.Cancellation);
            ticks[bytes].Add(Ticks(sealing.Ticks, party));
            sizes[bytes] = sealing.Value.Length;
        });
        await running.DisposeAsync();
        lengths.ToList().ForEach(bytes => _fastestSeal[bytes] = ticks[bytes].Min());
        return lengths.ToDictionary(bytes => bytes, bytes => (Median(ticks[bytes]), sizes[bytes], ticks[bytes].Count));
    }

    /// <summary>The device subscribes; a party in this process publishes, through the broker, what the device opens.</summary>
    private async Task<Dictionary<int, double>> OpenAsync(IParty party, IReadOnlyList<int> lengths, int times)
    {
        var other = await scene.PartyAsync(AttackContext.InProcess, scope.Cancellation);
        var running = await driver.BeginAsync(other, party);
        var ticks = lengths.ToDictionary(bytes => bytes, _ => new List<double>());
        await EveryLengthInTurnAsync(ticks, times, async bytes =>
        {
            await running.PublishAsync(Reading(bytes), scope.Cancellation);
            var message = await running.Subscriber.RequiredSession.ReceiveAsync(environment.HandshakeTimeout, scope.Cancellation);
            var opened = await party.OpenAsync(message.Topic, message.Payload, scope.Cancellation);
            Check.That(opened.Value.AsSpan().SequenceEqual(Reading(bytes)), $"{bytes} bytes at {party.Name}", "to open as sealed", "other bytes");
            ticks[bytes].Add(Ticks(opened.Ticks, party));
        });
        await running.DisposeAsync();
        lengths.ToList().ForEach(bytes => _fastestOpen[bytes] = ticks[bytes].Min());
        return lengths.ToDictionary(bytes => bytes, bytes => Median(ticks[bytes]));
    }

    // In turn, not one length after the other: code that is still being compiled, or a machine that is busy for a while, slows all of them. Whatever
    // disturbs a run only adds to it, so further rounds bring the fastest closer to the undisturbed duration. On an exact clock one round is complete.
    private static async Task EveryLengthInTurnAsync(Dictionary<int, List<double>> ticks, int times, Func<int, Task> run)
    {
        if (ticks.Count == 0)
        {
            return;
        }

        var (shortest, longest) = (ticks[ticks.Keys.Min()], ticks[ticks.Keys.Max()]);
        for (var round = 0; round < (times == ExactRepetitions ? 1 : MostRounds) && (round == 0 || longest.Min() <= shortest.Min()); round++)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var bytes in ticks.Keys)
                {
                    await run(bytes);
                }
            }
        }
    }

    private static double Ticks(long? ticks, IParty party) =>
        ticks ?? throw new InconclusiveException($"clock of {party.Name}", "ticks of its own", "none");

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static int Packet(byte[] payload) => MqttCodec.Encode(
        new PublishPacket { Topic = CostDriver.Topic, Payload = payload, Qos = QualityOfService.AtLeastOnce, PacketId = 1 }, MqttVersion.V5).Length;

    private static byte[] Reading(int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)('a' + (i % 26)))];

    // Sahmi et al. 2021, table 4.
    private static string Formula(string scheme) => scheme switch
    {
        SchemeNames.MqttPresent => "6 Th + 4 Tex + 6 Ted",
        SchemeNames.AugMqtt => "6 Th + 4 Tex + 4 Ted",
        SchemeNames.MqttAuth => "6 Th + 6 Tex + 4 Ted",
        _ => "",
    };
}
