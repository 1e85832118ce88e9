namespace Harness.Cli.Plugins;

/// <summary>The files of a new plugin: a project, a step, a sensor, an attack, a measured operation, two features and a rig.</summary>
internal static class PluginTemplate
{
    /// <summary>The files by their paths below the plugin's folder.</summary>
    /// <param name="name">Its name: letters, digits and hyphens, a letter first.</param>
    /// <param name="assemblies">The folder with the harness's assemblies, where HARNESS_ROOT does not say.</param>
    public static IReadOnlyDictionary<string, string> Files(string name, string assemblies)
    {
        var space = string.Concat(name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var word = name.ToLowerInvariant();
        return new Dictionary<string, string>
        {
            [$"{name}.csproj"] = $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <AssemblyName>{name}</AssemblyName>
                    <RootNamespace>{space}</RootNamespace>
                    <Version>0.1.0</Version>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <EnableDynamicLoading>true</EnableDynamicLoading>
                    <!-- One folder for Release and Debug: rig.yaml finds the one that was built last. -->
                    <OutputPath>bin/</OutputPath>
                    <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
                    <!-- The harness that runs the plugin is the one it is built against. -->
                    <HarnessAssemblies Condition="'$(HARNESS_ROOT)' != ''">$(HARNESS_ROOT)/src/Harness.Cli/bin/Release/net10.0</HarnessAssemblies>
                    <HarnessAssemblies Condition="!Exists('$(HarnessAssemblies)/Harness.Steps.dll')">{System.Security.SecurityElement.Escape(assemblies.TrimEnd('/'))}</HarnessAssemblies>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="$(HarnessAssemblies)/Harness.*.dll;$(HarnessAssemblies)/TechTalk.SpecFlow.dll;$(HarnessAssemblies)/UnitsNet.dll" Private="false" />
                  </ItemGroup>
                  <!-- The harness loads nothing that others may write. -->
                  <Target Name="OnlyYoursToWrite" AfterTargets="Build">
                    <Exec Command="chmod -R go-w &quot;$(MSBuildProjectDirectory)/bin&quot;" />
                  </Target>
                </Project>

                """,
            ["Steps.cs"] = $$"""
                using Harness.Steps;
                using TechTalk.SpecFlow;

                namespace {{space}};

                /// <summary>Sentences of this lab.</summary>
                [Binding]
                public sealed class Steps(RunEnvironment environment)
                {
                    [Then(@"^the air of {{word}} has between (\d+) and (\d+) degrees$")]
                    public void ThenTheAirHas(int least, int most)
                    {
                        var seen = environment.Bench.Sensors.Climate().Read().Temperature.DegreesCelsius;
                        Check.That(seen >= least && seen <= most, "temperature", $"{least} to {most} degrees Celsius", $"{seen:0.0}");
                    }
                }

                """,
            ["Sensor.cs"] = $$"""
                using Harness.Hardware;
                using UnitsNet;

                namespace {{space}};

                /// <summary>A climate sensor of this lab; here one that always reads the same. A rig asks for it by its name.</summary>
                public sealed class Sensor : IClimateSensor
                {
                    [ClimateSensorDriver("{{word}}-sensor")]
                    public static Sensor Open(string bus, int address, TimeProvider time) => new();

                    public ClimateReading Read(CancellationToken cancellationToken = default) =>
                        new(Temperature.FromDegreesCelsius(21.5), RelativeHumidity.FromPercent(40), Pressure.FromHectopascals(1013));

                    public void Dispose()
                    {
                    }
                }

                """,
            ["Eavesdropper.cs"] = $$"""
                using System.Text;
                using Harness.Adversary;
                using Harness.Adversary.Claims;
                using Harness.Adversary.Claims.PositiveControls;

                namespace {{space}};

                /// <summary>An attack of this lab: a reading is looked for in everything that went over the wire.</summary>
                [Attack("{{word}}-eavesdropper")]
                public sealed class Eavesdropper : Attack
                {
                    public override AttackDescription Description { get; } = new()
                    {
                        Cell = new(Claim.DataConfidentiality),
                        Schemes = ["mqtt-present"],
                        Expected = Expectation.Holds,
                        Precondition = "a capture of every connection from the login on",
                        Summary = "looks for any 8 bytes of a reading: raw, in hex and in base64",
                        Observation = "a piece of the reading stands in the capture",
                        Reference = "this lab",
                        Control = "payloads in the clear",
                    };

                    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
                    {
                        var reading = Encoding.ASCII.GetBytes("a reading of {{word}}");
                        await testbed.LogInAsync(cancellationToken);
                        await testbed.PublishAsync(reading, cancellationToken);
                        await testbed.ReadAllAsync(cancellationToken);
                        var found = new PlaintextScan(reading).Scan(testbed.Proxy.Capture);
                        return new AttackResult(found.Count > 0, $"{found.Count} pieces of the reading on the wire");
                    }

                    // An attack that cannot win proves nothing by losing: here payloads are not encrypted, and it must win.
                    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
                        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
                }

                """,
            ["Operation.cs"] = $$"""
                using System.Text;
                using Harness.Bench.Measuring;

                namespace {{space}};

                /// <summary>A measured operation of this lab, in this process; with Firmware = [...] also on boards that have it.</summary>
                public static class Operation
                {
                    [MeasuredOperation("{{word}}-hex", "a reading of 16 bytes to hex", "reading")]
                    public static ValueTask<IMeasuredOperation> Open(OperationTarget target, CancellationToken cancellationToken) => target.Primitive(() =>
                    {
                        var reading = Encoding.ASCII.GetBytes("21.5 degrees C  ");
                        return () => Convert.ToHexString(reading);
                    });
                }

                """,
            [$"features/{name}-claims.feature"] = $"""
                @claims
                Feature: {name} claims
                  What this lab's own attacks decide. Harness claims runs it, and marks its cells; harness run leaves it out.

                  @scheme:mqtt-present @claim:DC @attack:{word}-eavesdropper
                  Scenario: A reading stands nowhere on the wire
                    Given mqtt-present between a publisher, a broker and a subscriber
                    When the adversary tries {word}-eavesdropper
                    Then the attack ends as the claims table expects
                    And on its positive control it succeeds

                """,
            [$"features/{name}.feature"] = $"""
                Feature: {name}
                  What this lab checks with sentences, a sensor and an attack of its own.

                  Scenario: The air is neither frozen nor hot
                    Then the air of {word} has between 10 and 40 degrees

                  Scenario: A reading cannot be read on the wire
                    Given mqtt-present between a publisher, a broker and a subscriber
                    When the adversary tries {word}-eavesdropper
                    Then the attack fails
                    And on its positive control it succeeds

                """,
            ["rig.yaml"] = $$"""
                rig: {{name}}
                server: {{word}}
                group: p256
                plugins: [bin/{{name}}.dll]
                devices:
                  host: {kind: host}
                roles: {board: host}
                sensors:
                  air: {kind: climate, driver: {{word}}-sensor}

                """,
        };
    }
}
