using Harness.Hardware.Sensors;

namespace Harness.Steps;

/// <summary>Sensors of the rig: values with tolerance, changes, faults that are told apart.</summary>
[Binding]
public sealed class SensorSteps(RunEnvironment environment, ScenarioScope scope)
{
    private const string Sensor = @"the ([A-Za-z][\w.-]*)";
    private const string Number = @"(-?\d+(?:\.\d+)?)";
    private const string Unit = @"([^\s\d""][^\s""]*)";

    private readonly Dictionary<(string Sensor, string Quantity), SensorValue> _noted = [];

    private BenchSensors Sensors => environment.Bench.Sensors;

    [Given("^" + Sensor + " model senses an? ([a-z][a-z0-9-]*) of " + Number + " " + Unit + "$")]
    [When("^" + Sensor + " model senses an? ([a-z][a-z0-9-]*) of " + Number + " " + Unit + "$")]
    public void WhenTheModelSenses(string sensor, string quantity, string number, string unit)
    {
        var model = Model(sensor);
        var range = model.Senses.FirstOrDefault(r => r.Quantity == quantity);
        Check.Needs(range is not null, $"{sensor} model", $"a quantity that it senses: {string.Join(", ", model.Senses.Select(r => r.Quantity))}", quantity);
        RequireUnit(range.Unit, unit, quantity);
        _ = Check.Read(() => Set(model, quantity, Value(number)), quantity, number);
    }

    [Given("^" + Sensor + " model has the fault ([a-z][a-z-]*)$")]
    [When("^" + Sensor + " model has the fault ([a-z][a-z-]*)$")]
    public void WhenTheModelHasTheFault(string sensor, string fault)
    {
        var model = Model(sensor);
        var words = model.Faults.Select(FaultWord).Append("none").ToList();
        Check.Needs(words.Contains(fault), $"fault of the {sensor} model", $"one of {string.Join(", ", words)}", $"{fault}{NearestWord.Hint(fault, words)}");
        model.Fault = fault == "none" ? ChipFault.None : model.Faults.First(f => FaultWord(f) == fault);
    }

    [Given("^" + Sensor + " is read$")]
    [When("^" + Sensor + " is read$")]
    public void WhenRead(string sensor)
    {
        foreach (var value in Sensors.ReadUsable(sensor, scope.Cancellation).Values)
        {
            _noted[(sensor, value.Quantity)] = value;
        }
    }

    [Then("^" + Sensor + " reads an? ([a-z][a-z0-9-]*) within ± " + Number + " " + Unit + " of " + Number + " " + Unit + "$")]
    public void ThenReadsWithin(string sensor, string quantity, string tolerance, string toleranceUnit, string number, string unit)
    {
        JudgeWithin(() => Sensors.ReadUsable(sensor, scope.Cancellation), sensor, quantity, tolerance, toleranceUnit, number, unit);
    }

    [Then("^the BME280 of " + StepPatterns.Device + " reads an? ([a-z][a-z0-9-]*) within ± " + Number + " " + Unit + " of " + Number + " " + Unit + "$")]
    public async Task ThenItsOwnReadsWithin(string device, string quantity, string tolerance, string toleranceUnit, string number, string unit)
    {
        var board = await environment.Bench.GetBoardAsync(device, scope.Cancellation);
        var reading = Readings.Usable(await board.ClimateAsync(scope.Cancellation));
        JudgeWithin(() => reading, reading.Sensor, quantity, tolerance, toleranceUnit, number, unit);
    }

    [Then("^the ([a-z][a-z0-9-]*) of " + Sensor + " changes by at least " + Number + " " + Unit + "$")]
    public void ThenChangesByAtLeast(string quantity, string sensor, string number, string unit)
    {
        Check.Needs(_noted.TryGetValue((sensor, quantity), out var before), $"{quantity} of {sensor}", "a reading from before to compare with", "none", $"Given the {sensor} is read");
        Check.Needs(Value(number) > 0, $"change of {quantity}", "more than 0", number);
        var now = Of(Sensors.ReadUsable(sensor, scope.Cancellation), quantity);
        RequireUnit(now.Unit, unit, quantity);
        Check.That(
            Math.Abs(now.Value - before.Value) >= Value(number), $"change of {quantity} of {sensor}", $"at least {number} {unit}",
            $"{Text(now.Value - before.Value)} {now.Unit}, from {Text(before.Value)} to {Text(now.Value)}");
    }

    [Then("^" + Sensor + " reports ([a-z][a-z-]*)$")]
    public void ThenReports(string sensor, string quality)
    {
        Check.Needs(QualityWords.Parse(quality) is not null, $"quality of {sensor}", $"one of {string.Join(", ", QualityWords.All)}", $"{quality}{NearestWord.Hint(quality, QualityWords.All)}");
        var reading = Sensors.Read(sensor, scope.Cancellation);
        Check.That(
            QualityWords.Of(reading.Quality) == quality, $"quality of {sensor}", quality, reading.Detail is { } detail ? $"{QualityWords.Of(reading.Quality)}: {detail}" : QualityWords.Of(reading.Quality));
    }

    private static void JudgeWithin(Func<SensorReading> read, string sensor, string quantity, string tolerance, string toleranceUnit, string number, string unit)
    {
        Check.Needs(Value(tolerance) >= 0, $"tolerance of {quantity}", "0 or more", tolerance);
        var seen = Of(read(), quantity);
        RequireUnit(seen.Unit, unit, quantity);
        RequireUnit(seen.Unit, toleranceUnit, $"tolerance of {quantity}");
        Check.That(
            Math.Abs(seen.Value - Value(number)) <= Value(tolerance), $"{quantity} of {sensor}", $"{number} ± {tolerance} {unit}", $"{Text(seen.Value)} {seen.Unit}");
    }

    private ISensorModel Model(string sensor) => Sensors.Model(sensor)
        ?? throw new InconclusiveException($"sensor {sensor}", "a model, which the scenario can set", $"a real one at {Sensors.Entry(sensor).Place(environment.Bench.Rig)}");

    private static bool Set(ISensorModel model, string quantity, double value)
    {
        model.Set(quantity, value);
        return true;
    }

    private static SensorValue Of(SensorReading reading, string quantity)
    {
        var value = reading.Values.FirstOrDefault(v => v.Quantity == quantity);
        Check.Needs(value is not null, $"reading of {reading.Sensor}", $"a quantity that it gives: {string.Join(", ", reading.Values.Select(v => v.Quantity))}", quantity);
        return value;
    }

    private static void RequireUnit(string expected, string written, string item) =>
        Check.Needs(written == expected, $"unit of {item}", expected.Length == 0 ? "none" : expected, written);

    private static double Value(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string FaultWord(ChipFault fault) => fault switch
    {
        ChipFault.Gone => "off-the-bus",
        ChipFault.ClockHeld => "clock-held-low",
        ChipFault.DataLow => "data-held-low",
        ChipFault.DataHigh => "data-held-high",
        ChipFault.OtherChip => "another-chip",
        ChipFault.BadChecksum => "bad-checksum",
        ChipFault.NotReady => "no-result",
        _ => "none",
    };
}
