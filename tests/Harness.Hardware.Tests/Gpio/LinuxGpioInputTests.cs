using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Harness.Hardware.Tests.Gpio;

/// <summary>What needs no chip: errors and the layout of what the kernel reads (linux/gpio.h).</summary>
[TestFixture]
public sealed class LinuxGpioInputTests
{
    [Test]
    public void A_missing_chip_says_what_to_list()
    {
        var failure = Assert.Throws<HardwareException>(() => LinuxGpioInput.Open("/dev/gpiochip250", 4))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Missing));
        Assert.That(failure.Device, Is.EqualTo("/dev/gpiochip250 line 4"));
        Assert.That(failure.NextCommand, Is.EqualTo("ls -l /dev/gpiochip*"));
    }

    [Test]
    public void What_is_no_chip_is_refused()
    {
        var failure = Assert.Throws<HardwareException>(() => LinuxGpioInput.Open("/dev/null", 4))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("not a GPIO chip"));
    }

    [Test]
    public void A_negative_line_is_refused() =>
        Assert.That(() => LinuxGpioInput.Open("/dev/gpiochip0", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Requests_encode_the_sizes_of_their_structures()
    {
        nuint[] requests = [GpioUapi.ChipInfo, GpioUapi.LineInfo, GpioUapi.GetLine, GpioUapi.GetValues];
        int[] sizes =
        [
            Unsafe.SizeOf<GpioUapi.GpioChipInfo>(),
            Unsafe.SizeOf<GpioUapi.GpioLineInfo>(),
            Unsafe.SizeOf<GpioUapi.GpioLineRequest>(),
            Unsafe.SizeOf<GpioUapi.GpioLineValues>(),
        ];
        Assert.That(sizes, Is.EqualTo(requests.Select(r => (int)(r >> 16) & 0x3fff)));
    }

    [TestCase(GpioBias.AsIs, 0x004ul)]
    [TestCase(GpioBias.PullUp, 0x104ul)]
    [TestCase(GpioBias.PullDown, 0x204ul)]
    [TestCase(GpioBias.Off, 0x404ul)]
    public void A_request_lies_as_the_kernel_reads_it(GpioBias bias, ulong flags)
    {
        var request = LinuxGpioInput.Request(17, bias);
        var bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref request, 1)).ToArray();
        Assert.That(BitConverter.ToUInt32(bytes, 0), Is.EqualTo(17), "offsets[0]");
        Assert.That(Encoding.ASCII.GetString(bytes, 256, 32).TrimEnd('\0'), Is.EqualTo($"harness-{Environment.ProcessId}"), "consumer");
        Assert.That(BitConverter.ToUInt64(bytes, 288), Is.EqualTo(flags), "config.flags");
        Assert.That(BitConverter.ToUInt32(bytes, 560), Is.EqualTo(1), "num_lines");
        Assert.That(bytes.Count(b => b != 0), Is.EqualTo(1 + $"harness-{Environment.ProcessId}".Length + (flags > 0xff ? 2 : 1) + 1), "the rest is zero, as uAPI v2 demands");
    }
}
