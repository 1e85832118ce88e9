namespace Harness.Bench.Tests.Measuring;

/// <summary>Leak tests on the devices of rigs/sim.yaml, which all tests of a class share.</summary>
public abstract class LeakTestsOnSim
{
    private protected TestBench _bench = null!;
    private protected LeakMeasurement _leaks = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _bench = new TestBench(RigFile.Load(TestEnvironment.Rig("sim.yaml")), new TestBenchOptions());
        _leaks = new LeakMeasurement(_bench);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await _leaks.DisposeAsync();
        await _bench.DisposeAsync();
    }
}
