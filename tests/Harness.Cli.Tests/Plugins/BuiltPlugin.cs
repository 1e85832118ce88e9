namespace Harness.Cli.Tests.Plugins;

/// <summary>The plugin of <c>harness new plugin</c>, written into an empty folder and built once for all tests of this namespace.</summary>
[SetUpFixture]
internal sealed class BuiltPlugin
{
    /// <summary>Additions of the tests to what the template writes: a step that judges nothing, and a broker and a link of the lab's own.</summary>
    private const string Extra = """
        using Harness.Hardware;
        using Harness.Hardware.Links;
        using Harness.Mqtt;
        using Harness.Mqtt.Broker;
        using TechTalk.SpecFlow;

        [Binding]
        public sealed class Vacuous
        {
            [Then("^nothing of my-lab is judged$")]
            public void ThenNothing()
            {
            }
        }

        public static class Drivers
        {
            [BrokerDriver("my-lab-broker")]
            public static async Task<IMqttBroker> Start(MqttBrokerOptions options, CancellationToken stop) => await MqttBroker.StartAsync(options, stop);

            [LinkDriver("my-lab-link")]
            public static ILink Open(string port, SerialLineSettings settings) => TtyLink.Open(port, settings);
        }
        """;

    private static WorkFolder? _work;

    /// <summary>The folder with <c>my-lab</c> in it; its path has a space.</summary>
    public static string Folder => _work!.Path;

    /// <summary>The built assembly.</summary>
    public static string Dll => Path.Combine(Folder, "my-lab", "bin", "my-lab.dll");

    /// <summary>The standard output of <c>harness new plugin</c>.</summary>
    public static string Wrote { get; private set; } = "";

    [OneTimeSetUp]
    public async Task WriteAndBuild()
    {
        _work = new WorkFolder();
        var written = await HarnessProcess.RunAloneAsync(Folder, "new", "plugin", "my-lab");
        Assert.That(written.ExitCode, Is.Zero, written.ToString());
        Wrote = written.Stdout;
        await File.WriteAllTextAsync(Path.Combine(Folder, "my-lab", "Extra.cs"), Extra);
        var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "my-lab", "-nologo", "-v", "q", $"-p:HarnessAssemblies={AppContext.BaseDirectory}"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true,
        })!;
        var said = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.That(build.ExitCode, Is.Zero, said);
    }

    [OneTimeTearDown]
    public void Remove() => _work?.Dispose();
}
